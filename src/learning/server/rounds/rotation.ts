// A round's rotation: another one for every round and model, and the same again after a restart. It hides nothing; it must only not
// be known to whoever chooses weights to make a sum wrap around, so it follows from them.
import { concat, toBase64Url, utf8 } from "../../../base/bytes.ts";
import type { Crypto } from "../../../ports/crypto.ts";

const BYTES = 16;

/** @returns base64url of a seed of 16 bytes */
export async function rotationOf(
  crypto: Pick<Crypto, "sha256">,
  { run, number, weights }: { readonly run: string; readonly number: number; readonly weights: string },
): Promise<string> {
  const digest = await crypto.sha256(
    concat(utf8("paceline rotation seed v1\n"), utf8(`${run}\n${number}\n${weights}`)),
  );
  return toBase64Url(digest.slice(0, BYTES));
}
