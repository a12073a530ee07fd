// The scores of some runs of one trial, on one neighbour: what a thread does of an audit.
import { Random } from "../../simulate/random.ts";
import { seededEntropy } from "../../simulate/training/entropy.ts";
import type { ExhibitId } from "./abouts.ts";
import type { Trial } from "./exhibit.ts";
import { trials } from "./trials.ts";

export interface ScoresJob {
  readonly exhibit: ExhibitId;
  readonly which: "defect" | "ours";
  readonly present: boolean;
  /** Of the whole audit. */
  readonly seed: string;
  readonly from: number;
  readonly count: number;
}

/** Made once a thread: some open a ledger. */
const made = new Map<string, Promise<Trial>>();

/** @returns what there is of one trial, whoever asks */
export function trialOf(exhibit: ExhibitId, which: ScoresJob["which"]): Promise<Trial> {
  const name = `${exhibit}/${which}`;
  const known = made.get(name) ?? (async () => await trials[exhibit][which]())();
  made.set(name, known);
  return known;
}

export async function scoresOf({ exhibit, which, present, seed, from, count }: ScoresJob): Promise<Float64Array> {
  const { score } = await trialOf(exhibit, which);
  const own = `${seed}/${exhibit}/${which}/${present ? "present" : "absent"}/${from}`;
  const chance = { random: new Random(own), entropy: seededEntropy(`${own}/bytes`) };
  return Float64Array.from({ length: count }, () => score(present, chance));
}
