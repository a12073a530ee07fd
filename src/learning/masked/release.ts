// The released document of a masked round follows from its manifest, the number of its members, the values and the ledger's caps
// alone: the coordinator writes it, whoever verifies derives it.
import { toBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { fromWords, type Width } from "../../math/words.ts";
import { answerLifetime, type LedgerCaps } from "../../privacy/accounting/lifetime.ts";
import type { MaskedManifest } from "../../task/masked/manifest.ts";
import type { MaskedRelease } from "../../task/masked/release.ts";
import type { CheckedMasked } from "./check.ts";
import { claimsOf } from "./claims.ts";
import { roundCounts } from "./counts.ts";

export interface MaskedSum {
  /** 32 bytes. */
  readonly task: Uint8Array;
  /** In the roster. */
  readonly members: number;
  /** One a cell. */
  readonly values: readonly number[];
}

/** @param caps of the ledger that was debited */
export function maskedReleaseOf(
  manifest: MaskedManifest,
  { training: { sharing }, sigmaSquared }: CheckedMasked,
  { task, members, values }: MaskedSum,
  caps: LedgerCaps,
): MaskedRelease {
  const { name, question, queryHash, purpose, window, definitions, source, encoder, noise, trustMode } = manifest;
  const { survivors, honest } = roundCounts(sharing, members);
  const rho = BigInt(manifest.rho);
  const lifetime = answerLifetime(caps, noise.unit, { rho });
  return {
    ...{ paceline: "masked release", version: 1, task: toBase64Url(task), name, question, queryHash, purpose, window },
    ...(definitions === undefined ? {} : { definitions }),
    ...{ source, encoder, noise, values: [...values] },
    members: { joined: members, stayed: survivors, honest },
    privacy: {
      ...{ epsilon: lifetime.answer.epsilon, delta: lifetime.delta, rho: Number(rho) / 1e9 },
      ...{ unit: noise.unit, neighbouring: noise.neighbouring, mechanism: noise.mechanism },
      noiseSd: noiseSdOf(sharing, sigmaSquared, members),
      ...{ trustMode, claims: claimsOf(sharing, members), lifetime },
    },
  };
}

/** A sum's integers, centred around 0. @throws PacelineError verification_failed for a value that honest updates do not reach */
export function valuesOfSum(words: Uint8Array, width: Width): number[] {
  return fromWords(words, width).map((value) =>
    value >= -BigInt(Number.MAX_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : fail("verification_failed", "the members' vectors do not add up to a plausible sum"),
  );
}

/** Of one cell of a sum: that of the honest shares alone, and of every member's. */
export function noiseSdOf(
  sharing: Parameters<typeof roundCounts>[0],
  sigmaSquared: bigint,
  members: number,
): { readonly honest: number; readonly most: number } {
  const honest = Math.sqrt(Number(sigmaSquared));
  return { honest, most: honest * Math.sqrt(members / roundCounts(sharing, members).honest) };
}
