// The Sealer port: AES-256-GCM under keys of one JSON file that only its owner can read. The first key seals, all of them
// open. A sealed value is a version byte, four bytes that name the key, the nonce, the ciphertext and the tag.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { concat, equalBytes, fromBase64Url, fromUtf8, toBase64Url, toHex, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { Place, Sealer } from "../../ports/sealer.ts";
import { parseChecked, withCheck } from "./checked.ts";
import { nodeCrypto } from "./crypto.ts";
import { plainBytes } from "./curve-keys.ts";
import { nodeEntropy } from "./entropy.ts";
import { createFile, replaceFile } from "./files.ts";
import { refuseShared } from "./private.ts";

const FORMAT = "paceline-sealing-keys-1";
const VERSION = 1;
const PREFIX_BYTES = 5;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const LABEL = utf8("paceline sealed v1\n");
/** How often a file that may have changed is looked at. */
const LOOK_MS = 1000;
/** Tasks' keys that are at hand. */
const PLACES_MAX = 1024;

interface SealingKey {
  /** VERSION, and the first four bytes of the key's SHA-256. */
  readonly prefix: Uint8Array;
  readonly secret: Uint8Array;
}

/** A key of one column and task, so that nonces drawn at random stay far from meeting under one key. */
interface PlaceKey {
  readonly of: SealingKey;
  readonly at: Pick<Place, "table" | "column" | "task">;
  readonly key: KeyObject;
  /** Associated data but for the row. */
  readonly about: Uint8Array;
}

/** @param missing "refuse" where something is known to be sealed @throws PacelineError not_found, policy_refused, invalid_data */
export function openSealer(path: string, missing: "make" | "refuse"): Sealer {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    if (missing === "refuse")
      fail("not_found", `the sealing keys ${path} are missing, and the database's shares are sealed with them`, {
        hint: "Restore the file from a backup: without it nothing of those shares can be read.",
      });
    createFile(path, fileOf([nodeEntropy.bytes(KEY_BYTES)]));
  }
  let keys = readKeys(path);
  let read = statSync(path).mtimeMs;
  let looked = performance.now();
  const places = new Map<string, PlaceKey>();
  let last: PlaceKey | undefined;
  const nonces = newNonces();

  /** Another process may have added a key, or dropped one. */
  function reread(): boolean {
    looked = performance.now();
    const found = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (found === undefined || found === read) return false;
    keys = readKeys(path);
    read = found;
    places.clear();
    last = undefined;
    return true;
  }
  /** Rows come task by task: the last one's key is mostly the next one's. */
  function placeKey(of: SealingKey, { table, column, task }: Place): PlaceKey {
    const same = last?.of === of && last.at.table === table && last.at.column === column;
    if (same && last !== undefined && equalBytes(last.at.task, task)) return last;
    const about = concat(LABEL, utf8(`${table}\n${column}\n`), of.prefix, task);
    const name = toHex(about);
    let found = places.get(name);
    if (found === undefined) {
      if (places.size >= PLACES_MAX) places.clear();
      const key = createSecretKey(new Uint8Array(hkdfSync("sha256", of.secret, "", about, KEY_BYTES)));
      found = { of, at: { table, column, task: task.slice() }, key, about };
      places.set(name, found);
    }
    last = found;
    return found;
  }
  const keyOf = (sealed: Uint8Array): SealingKey | undefined =>
    keys.find(({ prefix }) => equalBytes(prefix, sealed.subarray(0, PREFIX_BYTES)));
  return {
    prefix() {
      reread();
      return (keys[0] as SealingKey).prefix;
    },
    seal(place, plain) {
      if (performance.now() - looked > LOOK_MS) reread();
      const sealing = keys[0] as SealingKey;
      const { key, about } = placeKey(sealing, place);
      const nonce = nonces();
      const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(concat(about, place.row));
      const sealed = new Uint8Array(PREFIX_BYTES + NONCE_BYTES + plain.length + TAG_BYTES);
      sealed.set(sealing.prefix);
      sealed.set(nonce, PREFIX_BYTES);
      sealed.set(cipher.update(plain), PREFIX_BYTES + NONCE_BYTES);
      cipher.final();
      sealed.set(cipher.getAuthTag(), sealed.length - TAG_BYTES);
      return sealed;
    },
    open(place, sealed) {
      if (sealed.length < PREFIX_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
      const sealing = keyOf(sealed) ?? (reread() ? keyOf(sealed) : undefined);
      if (sealing === undefined) return undefined;
      const { key, about } = placeKey(sealing, place);
      const start = PREFIX_BYTES + NONCE_BYTES;
      const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(PREFIX_BYTES, start), {
        authTagLength: TAG_BYTES,
      });
      cipher.setAAD(concat(about, place.row)).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      try {
        const plain = plainBytes(cipher.update(sealed.subarray(start, sealed.length - TAG_BYTES)));
        // In this mode it gives no bytes: it compares the tag.
        cipher.final();
        return plain;
      } catch {
        return undefined;
      }
    },
  };
}

/** Random bytes are dear one by one. */
function newNonces(): () => Uint8Array {
  const pool = new Uint8Array(NONCE_BYTES * 256);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      randomFillSync(pool);
      at = 0;
    }
    at += NONCE_BYTES;
    return pool.subarray(at - NONCE_BYTES, at);
  };
}

/** Puts a fresh key before the others. Durable when it returns. @returns how many keys there are now */
export function addSealingKey(path: string): number {
  const keys = [nodeEntropy.bytes(KEY_BYTES), ...readKeys(path).map(({ secret }) => secret)];
  replaceFile(path, fileOf(keys));
  return keys.length;
}

/** Keeps the first key alone: what another one sealed is lost for good. @returns how many were dropped */
export function dropOldSealingKeys(path: string): number {
  const [first, ...old] = readKeys(path);
  replaceFile(path, fileOf([(first as SealingKey).secret]));
  return old.length;
}

const fileOf = (keys: readonly Uint8Array[]): Uint8Array =>
  utf8(`${JSON.stringify(withCheck({ format: FORMAT, keys: keys.map(toBase64Url) }), null, 2)}\n`);

function readKeys(path: string): readonly SealingKey[] {
  refuseShared(path, "secret keys");
  try {
    const file = parseChecked(fromUtf8(new Uint8Array(readFileSync(path)))) as {
      format?: unknown;
      keys?: unknown;
    } | null;
    if (file?.format !== FORMAT || !Array.isArray(file.keys) || file.keys.length === 0)
      fail("invalid_data", `its format is not ${FORMAT}`);
    const secrets = file.keys.map((text) => fromBase64Url(String(text)));
    if (secrets.some((secret) => secret.length !== KEY_BYTES)) fail("invalid_data", `a key has not ${KEY_BYTES} bytes`);
    return secrets.map((secret) => ({
      secret,
      prefix: concat(Uint8Array.of(VERSION), (nodeCrypto.sha256(secret) as Uint8Array).subarray(0, PREFIX_BYTES - 1)),
    }));
  } catch (cause) {
    // The cause may quote the content.
    const detail = isPacelineError(cause) ? cause.message : "it is not JSON";
    return fail("invalid_data", `${path} is no file of sealing keys: ${detail}`, { hint: "Restore it from a backup." });
  }
}
