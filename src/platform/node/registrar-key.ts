// A registrar's Ed25519 key and its secret in one file that only its owner can read.
import { readFileSync, statSync } from "node:fs";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { RegistrarKey } from "../../ports/registrar-key.ts";
import { parseChecked, withCheck } from "./checked.ts";
import { nodeCrypto } from "./crypto.ts";
import { nodeEntropy } from "./entropy.ts";
import { createFile } from "./files.ts";
import { refuseShared } from "./private.ts";

const format = "paceline-registrar-1";
const BYTES = 32;

interface KeyFile {
  readonly format: typeof format;
  /** base64url, 32 bytes each. */
  readonly public: string;
  readonly seed: string;
  readonly secret: string;
}

/**
 * Loads the key in `path`, or makes one there.
 * @throws PacelineError policy_refused when others can read the file, invalid_data when it is damaged
 */
export function openRegistrarKey(path: string): RegistrarKey {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) createFile(path, newKey());
  refuseShared(path, "a registrar's secret key");
  try {
    return parse(fromUtf8(new Uint8Array(readFileSync(path))));
  } catch (cause) {
    const detail = isPacelineError(cause) ? cause.message : "it is damaged";
    return fail("invalid_data", `${path} is no Paceline registrar's key file: ${detail}`, {
      hint: "Restore it from a backup: apps have its public key pinned.",
    });
  }
}

function newKey(): Uint8Array {
  const pair = nodeCrypto.ed25519Generate();
  const secret = nodeEntropy.bytes(BYTES);
  const [open, seed, own] = [pair.public, pair.secret, secret].map(toBase64Url) as [string, string, string];
  const file: KeyFile = { format, public: open, seed, secret: own };
  return utf8(`${JSON.stringify(withCheck(file), null, 2)}\n`);
}

function parse(text: string): RegistrarKey {
  const file = parseChecked(text) as Partial<KeyFile> | null;
  if (file?.format !== format) fail("invalid_data", `its format is not ${format}`);
  const fields = ["public", "seed", "secret"] as const;
  const [publicKey, seed, secret] = fields.map((field) => {
    const value = file[field];
    const bytes = typeof value === "string" ? fromBase64Url(value) : new Uint8Array(0);
    return bytes.length === BYTES ? bytes : fail("invalid_data", `its ${field} is missing or has another length`);
  }) as [Uint8Array, Uint8Array, Uint8Array];
  const probe = utf8("paceline registrar probe\n");
  if (!nodeCrypto.ed25519Verify(publicKey, probe, nodeCrypto.ed25519Sign(seed, probe)))
    fail("invalid_data", "its two halves do not belong together");
  return { signer: { publicKey, sign: (message) => nodeCrypto.ed25519Sign(seed, message) }, secret };
}
