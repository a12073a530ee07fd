// DHKEM(X25519, HKDF-SHA256) as OpenSSL does it in one step (Node 24.7 with OpenSSL 3.2 and newer): 40 µs to decapsulate,
// against 85 µs through an X25519 public key, whose import alone costs as much as the agreement, and two HMACs.
import nodeModule from "node:crypto";
import { equalBytes } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { Dhkem } from "../../ports/crypto.ts";
import { curveKeys, generatePair, keyBytes, plainBytes, publicHalf } from "./curve-keys.ts";

/** How Node says that OpenSSL refused; its one reason here is a shared point of zero, all lengths being right. */
function lowOrder(cause: unknown): never {
  if ((cause as { code?: unknown } | null)?.code !== "ERR_CRYPTO_OPERATION_FAILED") throw cause;
  fail("verification_failed", "DHKEM: the peer's key is a point of low order", { cause });
}

const dhkem: Dhkem = {
  encapsulate(recipient) {
    const key = curveKeys.x25519.public.get(recipient);
    try {
      const { sharedKey, ciphertext } = nodeModule.encapsulate(key);
      return { shared: plainBytes(sharedKey), enc: plainBytes(ciphertext) };
    } catch (cause) {
      return lowOrder(cause);
    }
  },
  decapsulate(recipient, enc) {
    if (enc.length !== keyBytes)
      fail("invalid_argument", `DHKEM: ${enc.length} bytes encapsulated where ${keyBytes} belong`);
    const key = curveKeys.x25519.secret.get(recipient.secret);
    // OpenSSL derives the public half that goes into the key schedule, and would never look at ours
    if (!equalBytes(publicHalf(key), recipient.public))
      fail("verification_failed", "DHKEM: the recipient's public key does not belong to its secret one");
    try {
      return plainBytes(nodeModule.decapsulate(key, enc));
    } catch (cause) {
      return lowOrder(cause);
    }
  },
};

/** Undefined where this Node or its OpenSSL has no such step: one message back and forth tells. */
function available(): Dhkem | undefined {
  if (typeof nodeModule.encapsulate !== "function") return undefined;
  const pair = generatePair("x25519");
  try {
    const { shared, enc } = dhkem.encapsulate(pair.public) as { shared: Uint8Array; enc: Uint8Array };
    return equalBytes(shared, dhkem.decapsulate(pair, enc) as Uint8Array) ? dhkem : undefined;
  } catch {
    return undefined;
  }
}

export const nodeDhkem = available();
