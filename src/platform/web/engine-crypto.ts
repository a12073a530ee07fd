// Which Crypto port this engine needs: WebCrypto for all that it has of it, plain JavaScript for the rest, loaded only
// when something is missing.
import { fail } from "../../base/errors.ts";
import type { Crypto } from "../../ports/crypto.ts";
import { webCrypto } from "./crypto.ts";
import { webEntropy } from "./entropy.ts";

/** Whether the engine has WebCrypto at all. @throws PacelineError unsupported on a page that came without https */
export function hasWebCrypto(): boolean {
  // Such a page is whoever's in between: no library makes up for that.
  if (globalThis.isSecureContext === false)
    fail("unsupported", "this page has no WebCrypto", { hint: "Serve it over https, or from localhost." });
  return globalThis.crypto?.subtle !== undefined;
}

/** Whether the engine has a curve: those that lack one say so whatever is asked of them. */
export async function can(generate: () => Promise<unknown>): Promise<boolean> {
  try {
    await generate();
    return true;
  } catch {
    return false;
  }
}

/** WebCrypto's place is taken by this. Its secret keys come from the engine's random numbers all the same. */
export async function plainCrypto() {
  return (await import("../noble/crypto.ts")).nobleCrypto(webEntropy);
}

async function choose(): Promise<Crypto> {
  if (!hasWebCrypto()) return await plainCrypto();
  const agreement = await can(webCrypto.x25519Generate);
  const signatures = await can(webCrypto.ed25519Generate);
  if (agreement && signatures) return webCrypto;
  const { x25519Generate, x25519, x25519Ephemeral, ed25519Generate, ed25519Sign, ed25519Verify } = await plainCrypto();
  return {
    ...webCrypto,
    ...(!agreement && { x25519Generate, x25519, x25519Ephemeral }),
    ...(!signatures && { ed25519Generate, ed25519Sign, ed25519Verify }),
  };
}

let asked: { readonly engine: unknown; readonly port: Promise<Crypto> } | undefined;

/**
 * Asks the engine once, and again when a polyfill has replaced its `crypto`. A failure, to load a module say, is not
 * remembered. @throws PacelineError unsupported
 */
export function engineCrypto(): Promise<Crypto> {
  if (asked === undefined || asked.engine !== globalThis.crypto) {
    asked = { engine: globalThis.crypto, port: choose() };
    asked.port.catch(() => {
      asked = undefined;
    });
  }
  return asked.port;
}
