// The rule for a device store's keys, the same on every platform.
import { fail } from "../base/errors.ts";

/** Printable ASCII: it sorts alike everywhere, and a prefix is a range. @throws PacelineError invalid_argument */
export function checkKey(key: string): string {
  if (!/^[\x20-\x7e]{1,200}$/.test(key))
    fail("invalid_argument", "a device store's key is 1 to 200 characters of ASCII");
  return key;
}
