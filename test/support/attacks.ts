// An attacker who knows everything but one member's contribution, and one aggregator's noise: what is left to tell whether
// that member took part. Plans are the coordinator's own, contributions the device's own code, noise the mechanism's own.
import { applyMap } from "../../src/aggregate/collect.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { encodeStatistics } from "../../src/contribution/statistics.ts";
import type { NoiseEvent } from "../../src/privacy/accounting/events.ts";
import { mechanismFrom } from "../../src/privacy/mechanisms/from-event.ts";
import type { Member } from "../../src/records/types.ts";
import { decodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { registryOf } from "../../src/task/metrics/definition.ts";
import { seededEntropy } from "../privacy/entropy.ts";
import type { Cluster } from "./cluster.ts";

/** Asks one after the other, as long as both services pay. */
export async function askUntilRefused(cluster: Cluster, questions: readonly unknown[]): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const question of questions) {
    try {
      const { task } = await cluster.coordinator.ask(question);
      const row = await cluster.coordinatorStore.transaction((rows) => rows.queryOfTask(fromBase64Url(task)));
      if (row === undefined) throw new Error("asked and not there");
      manifests.push(decodeManifest(row.manifest));
    } catch (error) {
      if ((error as { code?: string }).code !== "budget_exhausted") throw error;
    }
  }
  return manifests;
}

/** In whole: what all of them cost, as ρ. */
export const rhoOf = (manifests: readonly Manifest[]): number =>
  Number(manifests.reduce((sum, { rho }) => sum + BigInt(rho), 0n)) / 1e9;

/** Largest advantage (true minus false positives) against ρ-zCDP: KL ≤ ρ, by Pinsker and by Bretagnolle and Huber. */
export const advantageBound = (rho: number): number => Math.min(Math.sqrt(rho / 2), Math.sqrt(1 - Math.exp(-rho)));

/** How the member moves a release: the map of the contribution; the null contribution moves nothing. */
function movedBy(manifest: Manifest, member: Member): readonly number[] {
  const { source, encoder, map, window } = manifest;
  if (source.kind !== "statistics" || encoder.kind !== "product") throw new Error("statistics");
  const { vector } = encodeStatistics(member, source, encoder, window, registryOf(manifest));
  const modulus = 1n << 62n;
  const sums = applyMap(map, vector.map(BigInt), modulus);
  return sums.map((sum) => Number(sum > modulus / 2n ? sum - modulus : sum));
}

/** log P(released | took part) − log P(released | not), of one value with one noise. */
function evidence(noise: Manifest["noise"], released: number, moved: number): number {
  const of = (text: string) => {
    const [num = "0", den = "1"] = text.split("/");
    return Number(num) / Number(den);
  };
  return noise.mechanism === "discrete-laplace"
    ? (Math.abs(released) - Math.abs(released - moved)) / of(noise.scale)
    : (released * released - (released - moved) ** 2) / (2 * of(noise.sigmaSquared));
}

export interface Attacked {
  /** True minus false positives of the best test there is. */
  readonly advantage: number;
  /** Of the estimate of it, over the runs. */
  readonly standardError: number;
}

/** Half of the runs with the member, half without; the attacker says which, by all releases together. */
export function attack(manifests: readonly Manifest[], member: Member, runs: number, seed: string): Attacked {
  const entropy = seededEntropy(seed);
  const questions = manifests.map(({ noise, ...rest }) => {
    const moved = movedBy({ noise, ...rest }, member);
    return { noise, moved, mechanism: mechanismFrom(noise as NoiseEvent), at: moved.flatMap((m, i) => (m ? [i] : [])) };
  });
  let right = 0;
  for (let run = 0; run < runs; run++) {
    const present = run % 2 === 0;
    let told = 0;
    for (const { noise, moved, mechanism, at } of questions) {
      // Rows that the member does not move say nothing: their noise need not be drawn.
      const drawn = mechanism.drawNoise(entropy, at.length);
      for (const [i, row] of at.entries())
        told += evidence(noise, Number(drawn[i]) + (present ? (moved[row] as number) : 0), moved[row] as number);
    }
    if (told > 0 === present) right += 1;
    else if (told === 0) right += present ? 0.5 : -0.5;
  }
  const share = right / runs;
  return { advantage: 2 * share - 1, standardError: 2 * Math.sqrt((share * (1 - share)) / runs) };
}
