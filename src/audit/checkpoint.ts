// What the signature on a state of the audit log covers: how many leaves, and their root.
import { concat, utf8 } from "../base/bytes.ts";
import { Writer } from "../base/codec.ts";

/** @param root 32 bytes */
export function checkpointBytes(size: number, root: Uint8Array): Uint8Array {
  return concat(utf8("paceline checkpoint v1\n"), new Writer().u64(size).fixed(root).done());
}
