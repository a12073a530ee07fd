// The Entropy port on getRandomValues.
import { fail } from "../../base/errors.ts";
import type { Entropy } from "../../ports/entropy.ts";

/** getRandomValues refuses more at a time. */
const onceBytesMax = 65_536;

export const webEntropy: Entropy = {
  kind: "csprng",
  bytes(length) {
    if (typeof globalThis.crypto?.getRandomValues !== "function")
      fail("unsupported", "this engine has no crypto.getRandomValues", {
        hint: "Load a polyfill such as react-native-get-random-values, or pass your own Entropy.",
      });
    const out = new Uint8Array(length);
    for (let at = 0; at < length; at += onceBytesMax)
      globalThis.crypto.getRandomValues(out.subarray(at, at + onceBytesMax));
    return out;
  },
};
