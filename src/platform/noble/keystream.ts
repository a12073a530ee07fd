// AES-256-CTR in plain JavaScript, for engines without WebCrypto. Table-based: not constant in time.
import { ctr } from "@noble/ciphers/aes.js";
import type { Keystream } from "../../ports/keystream.ts";

export const nobleKeystream: Keystream = (key, counter, length) => ctr(key, counter).encrypt(new Uint8Array(length));
