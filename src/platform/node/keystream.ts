// AES-256-CTR on node:crypto.
import { createCipheriv, createSecretKey } from "node:crypto";
import type { Keystream } from "../../ports/keystream.ts";

/** What is encrypted; one for all calls, as long as the longest of them. */
let zeros = new Uint8Array(2 ** 18);

export const nodeKeystream: Keystream = (key, counter, length) => {
  if (length > zeros.length) zeros = new Uint8Array(length);
  const stream = createCipheriv("aes-256-ctr", createSecretKey(key), counter).update(zeros.subarray(0, length));
  return new Uint8Array(stream.buffer, stream.byteOffset, length);
};
