// The identity of a question: SHA-256 over its canonical form. Names and titles are no part of it. Here, because whoever verifies
// a release derives it too and knows nothing of how questions are written.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { SignedDefinition } from "./metrics/definition.ts";

/**
 * @param question in canonical form
 * @param definitions of what the question reads and is not built in: another definition is another question
 * @returns base64url
 */
export async function hashQuestion(
  crypto: Pick<Crypto, "sha256">,
  question: object,
  definitions: readonly SignedDefinition[] = [],
): Promise<string> {
  const hashes = definitions.map(({ hash }) => hash).sort();
  const canonical = hashes.length === 0 ? question : { ...question, definitions: hashes };
  return toBase64Url(await crypto.sha256(utf8(`paceline question v2\n${canonicalJson(canonical as Json)}`)));
}
