// The identity of a question: SHA-256 over its canonical form. Names and titles are no part of it.
import { toBase64Url, utf8 } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { Question } from "./schema.ts";

/** @returns base64url */
export async function hashQuestion(crypto: Pick<Crypto, "sha256">, question: Question): Promise<string> {
  return toBase64Url(await crypto.sha256(utf8(`paceline question v2\n${canonicalJson(question as unknown as Json)}`)));
}
