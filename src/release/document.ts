// The released document follows from the manifest and the values alone: whoever settles writes it, whoever verifies derives it.
import { toBase64Url } from "../base/bytes.ts";
import type { NoiseEvent } from "../privacy/accounting/events.ts";
import { epsilonOf } from "../privacy/accounting/zcdp.ts";
import { distributionOf } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { toNumber } from "../privacy/rational.ts";
import type { Manifest } from "../task/manifest.ts";
import type { ReleaseDocument } from "../task/release.ts";

export function releaseDocument(manifest: Manifest, task: Uint8Array, values: readonly number[]): ReleaseDocument {
  const { name, question, queryHash, purpose, window, definitions, source, encoder, noise, trustMode } = manifest;
  const mechanism = mechanismFrom(noise as NoiseEvent);
  return {
    version: 1,
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
    privacy: {
      ...guaranteeOf(mechanism),
      rho: Number(mechanism.rho) / 1e9,
      unit: noise.unit,
      neighbouring: "zero-out",
      mechanism: noise.mechanism,
      noiseSd: { one: sdOf(mechanism, 1), both: sdOf(mechanism, 2) },
      trustMode,
    },
  };
}

function sdOf(mechanism: ReturnType<typeof mechanismFrom>, draws: 1 | 2): number {
  return Math.sqrt(distributionOf(mechanism.law(draws)).variance);
}

const IMPLIED_DELTA = 1e-6;

/** Pure ε where the mechanism has one, else the ε that its ρ implies at δ = 10⁻⁶. */
function guaranteeOf(mechanism: ReturnType<typeof mechanismFrom>): { epsilon: number; delta: number } {
  if ("epsilon" in mechanism) return { epsilon: toNumber(mechanism.epsilon), delta: 0 };
  return { epsilon: epsilonOf(mechanism.rho, IMPLIED_DELTA), delta: IMPLIED_DELTA };
}
