// The Entropy port on getRandomValues.
import { fail } from "../../base/errors.ts";
import type { Entropy } from "../../ports/entropy.ts";

/** getRandomValues refuses more at a time. */
const onceBytesMax = 65_536;

export const webEntropy: Entropy = {
  kind: "csprng",
  bytes(length) {
    if (globalThis.crypto === undefined) fail("unsupported", "this engine has no getRandomValues");
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += onceBytesMax)
      globalThis.crypto.getRandomValues(out.subarray(at, at + onceBytesMax));
    return out;
  },
};
