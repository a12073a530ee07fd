// Small JSON documents that a service starts from, with a check of their own: one wrong bit would often be another key, number or
// time that looks as good as the right one. It finds damage, and nobody who means harm.
import { equalBytes, fromBase64Url, toBase64Url, utf8 } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { nodeCrypto } from "./crypto.ts";

const checkOf = (document: object): Uint8Array =>
  nodeCrypto.sha256(utf8(`paceline check v1\n${canonicalJson(document as Json)}`)) as Uint8Array;

/** The document with `check` as its last field: SHA-256 of the others in canonical form, base64url. */
export const withCheck = <T extends object>(document: T): T & { readonly check: string } => ({
  ...document,
  check: toBase64Url(checkOf(document)),
});

/**
 * The document without its check. One that was written before there were checks has none, and is read as it is.
 * @throws PacelineError invalid_data when it is no JSON, or not what was written
 */
export function parseChecked(text: string): unknown {
  const parsed = parseJson(text, "it", "invalid_data");
  if (typeof parsed !== "object" || parsed === null || !("check" in parsed)) return parsed;
  const { check, ...document } = parsed;
  if (typeof check !== "string" || !equalBytes(fromBase64Url(check), checkOf(document)))
    fail("invalid_data", "it is not as it was written: its check does not fit");
  return document;
}
