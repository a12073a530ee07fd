// The released document follows from the manifest, the values and the ledger's caps alone: whoever settles writes it, whoever verifies derives it.
import { toBase64Url } from "../base/bytes.ts";
import type { NoiseEvent } from "../privacy/accounting/events.ts";
import { answerLifetime, type LedgerCaps } from "../privacy/accounting/lifetime.ts";
import { distributionOf } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { toNumber } from "../privacy/rational.ts";
import type { Manifest } from "../task/manifest.ts";
import type { ReleaseDocument } from "../task/release.ts";

/** @param caps of the ledger that was debited */
export function releaseDocument(
  manifest: Manifest,
  task: Uint8Array,
  values: readonly number[],
  caps: LedgerCaps,
): ReleaseDocument {
  const { name, question, queryHash, purpose, window, definitions, source, encoder, noise, trustMode } = manifest;
  const mechanism = mechanismFrom(noise as NoiseEvent);
  const pure = "epsilon" in mechanism ? toNumber(mechanism.epsilon) : undefined;
  const lifetime = answerLifetime(caps, noise.unit, mechanism);
  return {
    version: 2,
    task: toBase64Url(task),
    name,
    question,
    queryHash,
    purpose,
    window,
    ...(definitions === undefined ? {} : { definitions }),
    source,
    encoder,
    noise,
    draws: 2,
    values: [...values],
    batch: { atLeast: manifest.minBatch, counts: "reports, empty ones included" },
    privacy: {
      // Pure ε where the mechanism has one.
      ...(pure === undefined
        ? { epsilon: lifetime.answer.epsilon, delta: lifetime.delta }
        : { epsilon: pure, delta: 0 }),
      rho: Number(mechanism.rho) / 1e9,
      unit: noise.unit,
      neighbouring: "zero-out",
      mechanism: noise.mechanism,
      noiseSd: { one: sdOf(mechanism, 1), both: sdOf(mechanism, 2) },
      trustMode,
      lifetime,
    },
  };
}

function sdOf(mechanism: ReturnType<typeof mechanismFrom>, draws: 1 | 2): number {
  return Math.sqrt(distributionOf(mechanism.law(draws)).variance);
}
