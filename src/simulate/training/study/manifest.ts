// A training's manifest and members' days as a study: examples as devices compute them, bounds, scale and rounds as the manifest has them.
import { examplesOf } from "../../../learning/device/examples.ts";
import { boundsOf } from "../../../learning/plan/training/bounds.ts";
import type { TrainingManifest } from "../../../learning/plan/training/manifest.ts";
import { planOf } from "../../../learning/plan/training/stream.ts";
import type { Member } from "../../../records/types.ts";
import type { Registry } from "../../../task/metrics.ts";
import type { StudiedTraining } from "./options.ts";
import type { StudiedPeople, StudiedPerson } from "./people.ts";

export interface ManifestStudy {
  readonly training: StudiedTraining;
  readonly people: StudiedPeople;
  /** Members without an example, who send null contributions and are not among the people. */
  readonly without: number;
}

export interface ManifestData {
  readonly members: readonly Member[];
  /** First day after the last label's days. */
  readonly end: number;
  readonly registry: Registry;
  /** A public attribute of members, for differences between groups. */
  readonly group?: string;
}

/** @param initial the weights that the first round begins with @throws PacelineError manifest_refused */
export function manifestStudy(training: TrainingManifest, initial: Float32Array, data: ManifestData): ManifestStudy {
  const { members, end, registry, group } = data;
  const people = members.flatMap(({ days, profile }): StudiedPerson[] => {
    const { rows, labels, count } = examplesOf(days, training, end, registry);
    if (count === 0) return [];
    const width = training.features.length;
    return [
      {
        rows: Array.from({ length: count }, (_, i) => rows.subarray(i * width, (i + 1) * width)),
        labels: [...labels],
        ...(group === undefined ? {} : { group: profile[group] ?? "not known" }),
      },
    ];
  });
  const { title, architecture, local, update, optimiser, adaptiveClip, evaluation, moveMax, round, sharing } = training;
  const { decisions, stream } = training;
  const { riders } = boundsOf(training);
  return {
    // Rows are standardised already, with the manifest's public constants.
    people: { people, inputs: training.features.length, prepare: (all) => all.map(({ rows }) => rows) },
    training: {
      ...{ title, architecture, initial, local, optimiser, moveMax, decisions, clip: update.clip, rounds: round.of },
      bits: sharing.kind === "additive" ? sharing.bits : 64,
      fineness: riders.jointClip * update.scale,
      ...(adaptiveClip && { adaptiveClip }),
      ...(evaluation && { evaluation }),
      ...(stream && { stream: planOf(training, stream) }),
    },
    without: members.length - people.length,
  };
}
