// AES-256-CTR on WebCrypto, or in plain JavaScript where an engine has none.
import type { Keystream } from "../../ports/keystream.ts";
import { hasWebCrypto } from "./engine-crypto.ts";
import { own, subtle } from "./subtle.ts";

export const webKeystream: Keystream = async (key, counter, length) => {
  if (!hasWebCrypto()) return (await import("../noble/keystream.ts")).nobleKeystream(key, counter, length);
  const imported = await subtle().importKey("raw", own(key), "AES-CTR", false, ["encrypt"]);
  // The whole block counts; a carry out of it is not reached.
  const parameters = { name: "AES-CTR", counter: own(counter), length: 128 };
  return new Uint8Array(await subtle().encrypt(parameters, imported, new Uint8Array(length)));
};
