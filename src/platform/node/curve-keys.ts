// KeyObjects of X25519 and Ed25519 from raw bytes, and back. Importing a key costs as much as using it, so keys that
// come again are remembered.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { concat, equalBytes } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { KeyPair } from "../../ports/crypto.ts";

type Curve = "x25519" | "ed25519";

// Raw keys travel behind fixed DER heads (RFC 8410), in PEM: for bytes, or an object that holds them, Node first finds out four times
// over that they are no KeyObject, which takes twice as long as the import.
const publicHead = { x25519: "302a300506032b656e032100", ed25519: "302a300506032b6570032100" };
const secretHead = {
  x25519: "302e020100300506032b656e04220420",
  ed25519: "302e020100300506032b657004220420",
};
export const keyBytes = 32;

function pem(label: "PUBLIC" | "PRIVATE", head: string, raw: Uint8Array, what: string): string {
  if (raw.length !== keyBytes) fail("invalid_argument", `${what}: ${raw.length} bytes where ${keyBytes} belong`);
  const der = Buffer.concat([Buffer.from(head, "hex"), raw]).toString("base64");
  return `-----BEGIN ${label} KEY-----\n${der}\n-----END ${label} KEY-----`;
}

function importPublic(curve: Curve, raw: Uint8Array): KeyObject {
  return createPublicKey(pem("PUBLIC", publicHead[curve], raw, `${curve} public key`));
}

function importSecret(curve: Curve, raw: Uint8Array): KeyObject {
  return createPrivateKey(pem("PRIVATE", secretHead[curve], raw, `${curve} secret key`));
}

interface Imported {
  readonly raw: Uint8Array;
  readonly key: KeyObject;
}

/**
 * The same few byte arrays come again and again: the recipient's key, and the ephemeral one between its generation and
 * its use. Keyed by the array itself and checked against its bytes, so that a key forgotten by its owner is forgotten
 * here, and an overwritten one is imported anew.
 */
function cached(load: (raw: Uint8Array) => KeyObject) {
  const known = new WeakMap<Uint8Array, Imported>();
  return {
    get(raw: Uint8Array): KeyObject {
      const hit = known.get(raw);
      if (hit !== undefined && equalBytes(hit.raw, raw)) return hit.key;
      const key = load(raw);
      this.remember(raw, key);
      return key;
    },
    remember(raw: Uint8Array, key: KeyObject): void {
      // Not slice(): of a Buffer that is a view, which would always equal what it is checked against.
      known.set(raw, { raw: concat(raw), key });
    },
  };
}

/** A roster of a thousand with a key of each for its masks, and as many again; a few megabytes. */
const PUBLIC_KEYS_MAX = 4096;

/** Public keys by their bytes: recipients and signers come again, each time in other arrays. */
function cachedByValue(load: (raw: Uint8Array) => KeyObject) {
  const known = new Map<string, KeyObject>();
  return {
    get(raw: Uint8Array): KeyObject {
      const name = Buffer.from(raw).toString("latin1");
      const hit = known.get(name);
      if (hit !== undefined) return hit;
      const key = load(raw);
      if (known.size >= PUBLIC_KEYS_MAX) known.clear();
      known.set(name, key);
      return key;
    },
  };
}

export const curveKeys = {
  x25519: {
    secret: cached((raw) => importSecret("x25519", raw)),
    public: cachedByValue((raw) => importPublic("x25519", raw)),
  },
  ed25519: {
    secret: cached((raw) => importSecret("ed25519", raw)),
    public: cachedByValue((raw) => importPublic("ed25519", raw)),
  },
};

export function generatePair(curve: Curve): KeyPair {
  const { privateKey } = curve === "x25519" ? generateKeyPairSync("x25519") : generateKeyPairSync("ed25519");
  // JWK is by far the cheapest way out of a KeyObject: 1.4 µs against 32 µs for both DER forms
  const { d, x } = privateKey.export({ format: "jwk" });
  if (d === undefined || x === undefined) fail("internal", `${curve}: a key pair without its parts`);
  const pair = { secret: plainBytes(Buffer.from(d, "base64url")), public: plainBytes(Buffer.from(x, "base64url")) };
  curveKeys[curve].secret.remember(pair.secret, privateKey);
  return pair;
}

const publicHalves = new WeakMap<KeyObject, Uint8Array>();

/** The raw public key that belongs to a secret one. */
export function publicHalf(secret: KeyObject): Uint8Array {
  const known = publicHalves.get(secret);
  if (known !== undefined) return known;
  const { x } = createPublicKey(secret).export({ format: "jwk" });
  if (x === undefined) fail("internal", "a curve's public key without its bytes");
  const half = plainBytes(Buffer.from(x, "base64url"));
  publicHalves.set(secret, half);
  return half;
}

/** A plain array of its own: Buffers compare and serialise differently, and small ones share memory: those alone are copied. */
export function plainBytes(buffer: Buffer): Uint8Array {
  return buffer.length === buffer.buffer.byteLength ? new Uint8Array(buffer.buffer) : new Uint8Array(buffer);
}
