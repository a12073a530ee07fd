// The DeviceStore port in one file, written anew for every transaction: a device's state is small and changes a few
// times a day. Its SHA-256 stands in front, so a file that was cut or altered is refused instead of read as less spent.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { concat, equalBytes, fromUtf8, utf8 } from "../../base/bytes.ts";
import { decode, Writer } from "../../base/codec.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { DeviceStore } from "../../ports/device-store.ts";
import { changed } from "../device-memory.ts";
import { nodeCrypto } from "./crypto.ts";
import { removeLeftovers, replaceFile } from "./files.ts";
import { takeLock } from "./lock.ts";

const magic = utf8("PLDEV001");
const digestBytes = 32;

type Values = ReadonlyMap<string, Uint8Array>;

/**
 * Opens the store in `path`, or makes an empty one there. One process at a time, told by `path`.lock.
 * @throws PacelineError conflict when another process has it open, invalid_data when the file is damaged
 */
export function openDeviceStore(path: string): DeviceStore {
  const file = resolve(path);
  const lock = takeLock(`${file}.lock`);
  let values: Values;
  try {
    removeLeftovers(file);
    values = load(file);
  } catch (error) {
    lock.release();
    throw error;
  }
  let open = true;
  const current = (): Values => (open ? values : fail("conflict", `the device store ${path} is closed`));
  return {
    async get(key) {
      return current().get(key)?.slice();
    },
    async keys(prefix) {
      return [...current().keys()].filter((key) => key.startsWith(prefix)).sort();
    },
    async transaction(changes) {
      const next = changed(current(), changes);
      lock.check();
      replaceFile(file, layOut(next));
      values = next;
    },
    async close() {
      if (open) lock.release();
      open = false;
    },
  };
}

function layOut(values: Values): Uint8Array {
  const out = new Writer();
  for (const [key, value] of values) out.opaque8(utf8(key)).opaque32(value);
  const body = out.done();
  return concat(magic, nodeCrypto.sha256(body), body);
}

function load(file: string): Values {
  let content: Uint8Array;
  try {
    content = new Uint8Array(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
  try {
    return decode(content, "device store", (from) => {
      if (!equalBytes(from.fixed(magic.length), magic)) fail("invalid_data", "no device store");
      const digest = from.fixed(digestBytes);
      const body = from.fixed(from.left);
      if (!equalBytes(digest, nodeCrypto.sha256(body))) fail("invalid_data", "the checksum is wrong");
      const values = new Map<string, Uint8Array>();
      const entries = from.inner(body);
      while (entries.left > 0) values.set(fromUtf8(entries.opaque8()), entries.opaque32());
      return values;
    });
  } catch (cause) {
    if (!isPacelineError(cause)) throw cause;
    return fail("invalid_data", `${file} is damaged: ${cause.message}`, {
      hint: "It holds what this device has already given away; do not start an empty one in its place.",
      cause,
    });
  }
}
