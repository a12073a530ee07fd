// DHKEM(X25519, HKDF-SHA256), RFC 9180 section 4.1: the platform's own where there is one, else from its parts.
import { after } from "../../base/after.ts";
import { isPacelineError } from "../../base/errors.ts";
import type { Answer, Crypto, Encapsulated, KeyPair, SealingCrypto } from "../../ports/crypto.ts";
import { sharedSecret } from "./key-schedule.ts";

/** @returns undefined for a recipient of low order */
export function encapsulate(crypto: SealingCrypto, recipient: Uint8Array): Answer<Encapsulated | undefined> {
  const { dhkem } = crypto;
  if (dhkem !== undefined) return unlessLowOrder(() => dhkem.encapsulate(recipient));
  return unlessLowOrder(() =>
    after(crypto.x25519Ephemeral(recipient), ({ public: enc, shared: dh }) =>
      after(sharedSecret(crypto, dh, enc, recipient), (shared) => ({ shared, enc })),
    ),
  );
}

/** @returns undefined when `enc` is of low order */
export function decapsulate(crypto: Crypto, recipient: KeyPair, enc: Uint8Array): Answer<Uint8Array | undefined> {
  const { dhkem } = crypto;
  if (dhkem !== undefined) return unlessLowOrder(() => dhkem.decapsulate(recipient, enc));
  return unlessLowOrder(() =>
    after(crypto.x25519(recipient.secret, enc), (dh) => sharedSecret(crypto, dh, enc, recipient.public)),
  );
}

/** The port refuses points of low order (section 7.1.4); its other failures are nobody's message. */
function unlessLowOrder<T>(work: () => Answer<T>): Answer<T | undefined> {
  try {
    const answer = work();
    return answer instanceof Promise ? answer.catch(lowOrder) : answer;
  } catch (error) {
    return lowOrder(error);
  }
}

function lowOrder(error: unknown): undefined {
  if (!isPacelineError(error) || error.code !== "verification_failed") throw error;
}
