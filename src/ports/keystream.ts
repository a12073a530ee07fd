import type { Answer } from "./crypto.ts";

/**
 * AES-256 in counter mode (NIST SP 800-38A section 6.5) over zeros: the bytes themselves.
 * @param key 32 bytes
 * @param counter 16 bytes, the first counter block, counted up as one big-endian number
 * @returns bytes that are the caller's alone, who may give their memory back
 */
export type Keystream = (key: Uint8Array, counter: Uint8Array, length: number) => Answer<Uint8Array>;
