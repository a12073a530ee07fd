// The key file of a service: what it holds, and that it is whole. A receiving key that was replaced stays in it, as well kept as the
// present one, until it is destroyed.
import { readFileSync } from "node:fs";
import { equalBytes, fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { KeyPair } from "../../ports/crypto.ts";
import type { OldReceivingKey } from "../../ports/keyring.ts";
import { parseChecked, withCheck } from "./checked.ts";
import { nodeCrypto } from "./crypto.ts";
import { nodeEntropy } from "./entropy.ts";
import { refuseShared } from "./private.ts";

const FORMAT = "paceline-keys-1";
const KEY_BYTES = 32;

/** What a key file holds; times in Unix milliseconds. */
export interface KeyFile {
  readonly signing: { readonly seed: Uint8Array; readonly public: Uint8Array };
  /** made: unknown in files of before it was written down. */
  readonly hpke: { readonly id: number; readonly pair: KeyPair; readonly made: number | undefined };
  readonly before: readonly OldReceivingKey[];
  /** The public half of the first receiving key, which outlives its secret. */
  readonly first: { readonly id: number; readonly public: Uint8Array };
  readonly verifySeed: Uint8Array;
}

/** As JSON has it: byte strings in base64url. */
interface Written {
  readonly format: typeof FORMAT;
  readonly signing: { readonly seed: string; readonly public: string };
  readonly hpke: WrittenKey;
  readonly before?: readonly WrittenKey[];
  readonly first?: Omit<WrittenKey, "secret">;
  readonly verifySeed: string;
}
interface WrittenKey {
  readonly id: number;
  readonly secret: string;
  readonly public: string;
  readonly made?: number;
  readonly replaced?: number;
}

/** @param taken ids that it must not have, so that what is sealed says to which of the keys */
export function newReceivingKey(now: number, taken: readonly number[] = []): KeyFile["hpke"] {
  for (;;) {
    const id = nodeEntropy.bytes(1)[0] as number;
    if (!taken.includes(id)) return { id, pair: nodeCrypto.x25519Generate(), made: now };
  }
}

export function newKeyFile(now: number): KeyFile {
  const hpke = newReceivingKey(now);
  return {
    signing: ((pair: KeyPair) => ({ seed: pair.secret, public: pair.public }))(nodeCrypto.ed25519Generate()),
    hpke,
    before: [],
    first: { id: hpke.id, public: hpke.pair.public },
    verifySeed: nodeEntropy.bytes(KEY_BYTES),
  };
}

export function keyFileBytes({ signing, hpke, before, first, verifySeed }: KeyFile): Uint8Array {
  const written = ({ id, pair }: { id: number; pair: KeyPair }) => ({
    id,
    secret: toBase64Url(pair.secret),
    public: toBase64Url(pair.public),
  });
  const file: Written = {
    format: FORMAT,
    signing: { seed: toBase64Url(signing.seed), public: toBase64Url(signing.public) },
    hpke: { ...written(hpke), ...(hpke.made !== undefined && { made: hpke.made }) },
    ...(before.length > 0 && { before: before.map((old) => ({ ...written(old), replaced: old.replaced })) }),
    ...(!equalBytes(first.public, hpke.pair.public) && { first: { id: first.id, public: toBase64Url(first.public) } }),
    verifySeed: toBase64Url(verifySeed),
  };
  return utf8(`${JSON.stringify(withCheck(file), null, 2)}\n`);
}

/** @throws PacelineError policy_refused when others can read the file, invalid_data when it is damaged */
export function readKeyFile(path: string): KeyFile {
  refuseShared(path, "secret keys");
  try {
    return parse(fromUtf8(new Uint8Array(readFileSync(path))));
  } catch (cause) {
    // the cause may quote the content
    const detail = isPacelineError(cause) ? cause.message : "it is not JSON";
    return fail("invalid_data", `${path} is no Paceline key file: ${detail}`, {
      hint: "Restore it from a backup. New keys would make reports sealed to the old ones unreadable.",
    });
  }
}

function parse(text: string): KeyFile {
  const file = parseChecked(text) as Partial<Written> | null;
  if (file?.format !== FORMAT) fail("invalid_data", `its format is not ${FORMAT}`);
  const { signing, before = [], first } = file;
  const seed = key(signing?.seed, "signing.seed");
  const signingPublic = key(signing?.public, "signing.public");
  if (!nodeCrypto.ed25519Verify(signingPublic, seed, nodeCrypto.ed25519Sign(seed, seed)))
    fail("invalid_data", "the signing keys do not belong together");
  const hpke = receiving(file.hpke, "hpke");
  if (!Array.isArray(before)) fail("invalid_data", "before is no list");
  const old = before.map((one: WrittenKey | undefined, i) => {
    const replaced = time(one?.replaced, `before.${i}.replaced`);
    return {
      ...receiving(one, `before.${i}`),
      replaced: replaced ?? fail("invalid_data", `before.${i}.replaced is missing`),
    };
  });
  const ids = [hpke, ...old].map(({ id }) => id);
  if (new Set(ids).size < ids.length) fail("invalid_data", "two receiving keys have one id");
  return {
    signing: { seed, public: signingPublic },
    hpke: { ...hpke, made: time(file.hpke?.made, "hpke.made") },
    before: old,
    first:
      first === undefined
        ? { id: hpke.id, public: hpke.pair.public }
        : { id: byte(first.id, "first.id"), public: key(first.public, "first.public") },
    verifySeed: key(file.verifySeed, "verifySeed"),
  };
}

/** The base point of X25519: a secret times it is the public key (RFC 7748 section 6.1). */
const basePoint = new Uint8Array(KEY_BYTES);
basePoint[0] = 9;

function receiving(written: WrittenKey | undefined, what: string): { readonly id: number; readonly pair: KeyPair } {
  const id = byte(written?.id, `${what}.id`);
  const pair = { secret: key(written?.secret, `${what}.secret`), public: key(written?.public, `${what}.public`) };
  if (!equalBytes(nodeCrypto.x25519(pair.secret, basePoint), pair.public))
    fail("invalid_data", `the HPKE keys of ${what} do not belong together`);
  return { id, pair };
}

function byte(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 255)
    fail("invalid_data", `${what} is no byte`);
  return value;
}

function time(value: unknown, what: string): number | undefined {
  if (value !== undefined && (typeof value !== "number" || !Number.isSafeInteger(value)))
    fail("invalid_data", `${what} is no time in milliseconds`);
  return value;
}

function key(text: unknown, what: string): Uint8Array {
  if (typeof text !== "string") fail("invalid_data", `${what} is missing`);
  const bytes = fromBase64Url(text);
  if (bytes.length !== KEY_BYTES) fail("invalid_data", `${what} has ${bytes.length} bytes where ${KEY_BYTES} belong`);
  return bytes;
}
