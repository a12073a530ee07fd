// A study of a training, as `paceline simulate train` makes it of the same table and draft.

import { dealtUnevenly, readTable, readTableDraft, tableStudy } from "../../simulate/index.ts";
import type { TrainingStudyOptions } from "../../simulate/training/study/options.ts";
import type { StudiedPerson } from "../../simulate/training/study/people.ts";
import { activitiesTable } from "./activities.ts";
import { DELTA, draftOf, HELD_OUT, type TrainingAsked } from "./asked.ts";

export interface Posed {
  readonly options: TrainingStudyOptions;
  readonly people: readonly StudiedPerson[];
  readonly classes: readonly string[];
}

/** @throws PacelineError invalid_argument, invalid_query naming what is wrong */
export function poseStudy(asked: TrainingAsked): Posed {
  const { skew, members, dropout, epsilons, noise, repeats, seed } = asked;
  const table = readTable(activitiesTable(seed), { person: "who", label: "what", group: "worn", without: [] });
  const people = dealtUnevenly(table.people, skew, seed);
  const options: TrainingStudyOptions = {
    ...tableStudy(readTableDraft(draftOf(asked)), { ...table, people }),
    ...{ members: [members], epsilons, delta: DELTA, repeats, seed, dropout, heldOut: HELD_OUT },
    noise: { kind: noise },
    notes: [
      `${people.length} synthetic people (seed ${JSON.stringify(seed)}), ${table.features.length} columns, ${table.classes.length} activities: how real ones differ from these is in no number here.`,
      `Each one's mix of activities is drawn from a Dirichlet distribution of concentration ${skew} around the mix of all.`,
    ],
  };
  return { options, people, classes: table.classes };
}
