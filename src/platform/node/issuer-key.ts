// An issuer's RSA key in one file that only its owner can read, and the raw private operation, by OpenSSL.
import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, privateDecrypt } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { IssuerSigningKey } from "../../ports/issuer-key.ts";
import { parseChecked, withCheck } from "./checked.ts";
import { nodeEntropy } from "./entropy.ts";
import { createFile } from "./files.ts";
import { refuseShared } from "./private.ts";

const format = "paceline-issuer-1";
const MODULUS_BYTES = 256;
const SECRET_BYTES = 32;

interface KeyFile {
  readonly format: typeof format;
  /** PKCS #8, PEM */
  readonly privateKey: string;
  readonly secret: string;
}

/**
 * Loads the key in `path`, or makes one there.
 * @throws PacelineError policy_refused when others can read the file, invalid_data when it is damaged
 */
export function openIssuerKey(path: string): IssuerSigningKey {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) createFile(path, newKey());
  refuseShared(path, "an issuer's secret key");
  try {
    return parse(fromUtf8(new Uint8Array(readFileSync(path))));
  } catch (cause) {
    const detail = isPacelineError(cause) ? cause.message : "it is damaged";
    return fail("invalid_data", `${path} is no Paceline issuer's key file: ${detail}`, {
      hint: "Restore it from a backup: apps and aggregators have its public key pinned.",
    });
  }
}

function newKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 8 * MODULUS_BYTES, publicExponent: 65537 });
  const file: KeyFile = {
    format,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    secret: toBase64Url(nodeEntropy.bytes(SECRET_BYTES)),
  };
  return utf8(`${JSON.stringify(withCheck(file), null, 2)}\n`);
}

function parse(text: string): IssuerSigningKey {
  const file = parseChecked(text) as Partial<KeyFile> | null;
  if (file?.format !== format) fail("invalid_data", `its format is not ${format}`);
  if (typeof file.privateKey !== "string" || typeof file.secret !== "string")
    fail("invalid_data", "a field is missing");
  const secret = fromBase64Url(file.secret);
  const key = createPrivateKey(file.privateKey);
  const { n, e } = key.export({ format: "jwk" });
  const modulus = fromBase64Url(n ?? "");
  if (secret.length !== SECRET_BYTES || modulus.length !== MODULUS_BYTES || e !== "AQAB")
    fail("invalid_data", "its key is not RSA of 2048 bits with exponent 65537");
  return { modulus, secret, sign: (blinded) => rawPrivate(key, blinded) };
}

/** RSASP1 (RFC 8017 section 5.2.1). OpenSSL blinds it, so that its time says nothing of the key. */
function rawPrivate(key: KeyObject, blinded: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, blinded));
  } catch (cause) {
    return fail("invalid_message", "blinded_msg is not a number below the key's modulus", { cause });
  }
}
