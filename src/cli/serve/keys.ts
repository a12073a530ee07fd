// What one organisation tells the other about its service, and an app pins: the public half of its keys.
import { statSync } from "node:fs";
import { toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { openIssuerKey, openKeyring, openRegistrarKey } from "../../platform/node/index.ts";
import { HpkeConfig, hpkeConfigOf } from "../../protocol/dap/hpke-config.ts";
import { spkiOf } from "../../protocol/privacypass/key.ts";

export interface PublicKeys {
  /** Ed25519, base64url */
  readonly signingKey: string;
  /** An encoded DAP HpkeConfig, base64url */
  readonly hpke: string;
}

function refuseFolder(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    fail("invalid_argument", `${file} is a folder`, {
      hint: "Give the path of a key file; it is made when it does not exist.",
    });
}

export function publicKeys(file: string): PublicKeys {
  refuseFolder(file);
  const { signer, hpke } = openKeyring(file);
  return {
    signingKey: toBase64Url(signer.publicKey),
    hpke: toBase64Url(HpkeConfig.encode(hpkeConfigOf(hpke.id, hpke.pair.public))),
  };
}

export function printKeys(file: string): void {
  process.stdout.write(`${JSON.stringify(publicKeys(file), null, 2)}\n`);
}

/** What `tokens.key` of both services and the app's `tokens` hold. */
export function printIssuerKey(file: string): void {
  refuseFolder(file);
  const key = toBase64Url(spkiOf(openIssuerKey(file).modulus));
  process.stdout.write(`${JSON.stringify({ key }, null, 2)}\n`);
}

/** What `registrar.key` of a coordinator and the app's `registrar` hold. */
export function registrarKeys(file: string): { /** Ed25519, base64url */ readonly key: string } {
  refuseFolder(file);
  return { key: toBase64Url(openRegistrarKey(file).signer.publicKey) };
}

export function printRegistrarKey(file: string): void {
  process.stdout.write(`${JSON.stringify(registrarKeys(file), null, 2)}\n`);
}
