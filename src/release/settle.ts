// Settling: the two noised shares become the released integers, centred around 0, in an immutable document. Stored with
// its audit leaf in one transaction before anyone is answered; asking again returns the same bytes.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail, invariant } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { NoiseEvent } from "../privacy/accounting/events.ts";
import { epsilonOf } from "../privacy/accounting/zcdp.ts";
import { distributionOf } from "../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../privacy/mechanisms/from-event.ts";
import { toNumber } from "../privacy/rational.ts";
import { decodeManifest, type Manifest } from "../task/manifest.ts";
import { encodeRelease, type ReleaseDocument } from "../task/release.ts";
import type { ReleaseBytes } from "../task/stages.ts";
import type { QueryRow, ReleaseRows } from "./store.ts";

/** The sum of two shares, each value above half the modulus read as negative. */
export function combineShares(leader: readonly bigint[], helper: readonly bigint[], modulus: bigint): number[] {
  invariant(leader.length === helper.length, "both shares have one value a row");
  return leader.map((share, i) => {
    const sum = (share + (helper[i] as bigint)) % modulus;
    const centred = sum > modulus / 2n ? sum - modulus : sum;
    if (centred > BigInt(Number.MAX_SAFE_INTEGER) || -centred > BigInt(Number.MAX_SAFE_INTEGER))
      fail("verification_failed", "the shares do not add up to a plausible sum", {
        hint: "The two aggregators hold different batches; check their logs before collecting anything else.",
      });
    return Number(centred);
  });
}

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

/** Shares as field values; the rooms that know the field decode them. */
export interface Shares {
  readonly leader: readonly bigint[];
  readonly helper: readonly bigint[];
  readonly modulus: bigint;
}

/** Stores the release of a published query with its audit leaf. Settled before: returns what was stored then. @param at in Unix seconds */
export async function settle(
  rows: ReleaseRows,
  crypto: Crypto,
  query: QueryRow,
  shares: Shares,
  at: number,
): Promise<ReleaseBytes> {
  const row = (await rows.query(query.hash)) ?? fail("not_found", "no such query is reserved");
  if (row.release !== null) return row.release as ReleaseBytes;
  if ((await rows.eventOf(row.task, "debit")) === undefined) fail("internal", "a release without a debit");
  const values = combineShares(shares.leader, shares.helper, shares.modulus);
  const release = encodeRelease(releaseDocument(decodeManifest(row.manifest), row.task, values));
  await rows.addLeaf(await releaseLeaf(crypto, row, release));
  await rows.putQuery({ ...row, state: "settled", release, settled: at });
  return release as ReleaseBytes;
}

/** What the audit log says of a release: public facts and hashes. */
async function releaseLeaf(crypto: Crypto, row: QueryRow, release: Uint8Array): Promise<Uint8Array> {
  return utf8(
    canonicalJson({
      kind: "release",
      task: toBase64Url(row.task),
      query: row.hash,
      manifest: toBase64Url(await crypto.sha256(row.manifest)),
      release: toBase64Url(await crypto.sha256(release)),
    }),
  );
}
