// Bearer tokens: what of a request's header is read as one, and whether it is the one that is wanted.
import { equalBytes, utf8 } from "../base/bytes.ts";
import type { Crypto } from "../ports/crypto.ts";

/** Configurations refuse longer ones, so that none is issued that no service would read. */
export const TOKEN_LENGTH_MAX = 512;
/** Printable ASCII without spaces: what an HTTP header carries unchanged. */
export const TOKEN_CHARACTERS = "[\\x21-\\x7e]";

const BEARER = new RegExp(`^Bearer (${TOKEN_CHARACTERS}{1,${TOKEN_LENGTH_MAX}})$`);

/** Compares digests, so the time taken says nothing about the token. */
export async function hasToken(crypto: Crypto, headers: Headers, wanted: string | undefined): Promise<boolean> {
  const given = BEARER.exec(headers.get("authorization") ?? "")?.[1];
  const [a, b] = [await crypto.sha256(utf8(wanted ?? "")), await crypto.sha256(utf8(given ?? ""))];
  return wanted !== undefined && given !== undefined && equalBytes(a, b);
}
