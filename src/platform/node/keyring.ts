// The Keyring port in one JSON file that only its owner can read.
import { readFileSync, statSync } from "node:fs";
import { equalBytes, fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { Keyring } from "../../ports/keyring.ts";
import { nodeCrypto } from "./crypto.ts";
import { nodeEntropy } from "./entropy.ts";
import { createFile } from "./files.ts";
import { refuseShared } from "./private.ts";

const format = "paceline-keys-1";
const keyBytes = 32;

/** Byte strings in base64url. */
interface KeyFile {
  readonly format: typeof format;
  readonly signing: { readonly seed: string; readonly public: string };
  readonly hpke: { readonly id: number; readonly secret: string; readonly public: string };
  readonly verifySeed: string;
}

/**
 * Loads the keys in `path`, or makes them there.
 * @param missing what to do when there is no such file: "make", or "refuse" where keys are known to have been
 * @throws PacelineError policy_refused when others can read the file, invalid_data when it is damaged, not_found
 */
export function openKeyring(path: string, missing: "make" | "refuse" = "make"): Keyring {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    if (missing === "refuse")
      fail("not_found", `the key file ${path} is missing, and the database beside it was made with its keys`, {
        hint: "Restore it from a backup: devices have those keys pinned, and reports are sealed to them.",
      });
    createFile(path, newKeys());
  }
  // when another process was first, its keys are the ones that count
  return load(path);
}

function newKeys(): Uint8Array {
  const signing = nodeCrypto.ed25519Generate();
  const hpke = nodeCrypto.x25519Generate();
  const file: KeyFile = {
    format,
    signing: { seed: toBase64Url(signing.secret), public: toBase64Url(signing.public) },
    hpke: {
      id: nodeEntropy.bytes(1)[0] as number,
      secret: toBase64Url(hpke.secret),
      public: toBase64Url(hpke.public),
    },
    verifySeed: toBase64Url(nodeEntropy.bytes(keyBytes)),
  };
  return utf8(`${JSON.stringify(file, null, 2)}\n`);
}

function load(path: string): Keyring {
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

function parse(text: string): Keyring {
  const file = parseJson(text, "it", "invalid_data") as Partial<KeyFile> | null;
  if (file?.format !== format) fail("invalid_data", `its format is not ${format}`);
  const { signing, hpke, verifySeed } = file;
  const id = hpke?.id;
  if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > 255) fail("invalid_data", "hpke.id is no byte");
  const seed = key(signing?.seed, "signing.seed");
  const signingPublic = key(signing?.public, "signing.public");
  if (!nodeCrypto.ed25519Verify(signingPublic, seed, nodeCrypto.ed25519Sign(seed, seed)))
    fail("invalid_data", "the signing keys do not belong together");
  const pair = { secret: key(hpke?.secret, "hpke.secret"), public: key(hpke?.public, "hpke.public") };
  if (!equalBytes(nodeCrypto.x25519(pair.secret, basePoint), pair.public))
    fail("invalid_data", "the HPKE keys do not belong together");
  return {
    signer: { publicKey: signingPublic, sign: (message) => nodeCrypto.ed25519Sign(seed, message) },
    hpke: { id, pair },
    verifySeed: key(verifySeed, "verifySeed"),
  };
}

/** The base point of X25519: a secret times it is the public key (RFC 7748 section 6.1). */
const basePoint = new Uint8Array(32);
basePoint[0] = 9;

function key(text: unknown, what: string): Uint8Array {
  if (typeof text !== "string") fail("invalid_data", `${what} is missing`);
  const bytes = fromBase64Url(text);
  if (bytes.length !== keyBytes) fail("invalid_data", `${what} has ${bytes.length} bytes where ${keyBytes} belong`);
  return bytes;
}
