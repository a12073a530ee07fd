// What the numbers of a study of a training contain, in words that go with them everywhere.
import type { NoiseSource } from "../engine/noise.ts";
import type { TrainingStudyOptions } from "./options.ts";
import type { StudySplit } from "./people.ts";

export function studyWords(options: TrainingStudyOptions, { training }: StudySplit): readonly string[] {
  const { members, dropout, noise, heldOut, repeats, training: plan } = options;
  const people = training.people;
  return [
    `Each of the ${repeats} trainings a point holds out ${Math.round(100 * heldOut)} % of the people, others each time; accuracy is on their examples, which no training saw.`,
    ...(members.some((count) => count > people)
      ? [
          `${people} people train. A cohort of more members repeats them: its noise is that of the larger cohort, its variety is not, so real cohorts of that size may do better or worse.`,
        ]
      : []),
    ...(members.some((count) => count < people) ? ["A cohort of fewer members is some of the people."] : []),
    noiseWords(noise),
    dropout === 0
      ? "Nobody drops out."
      : `${Math.round(100 * dropout)} % of the members drop out of a round; the sum is divided by the number who were expected, so a round moves the model less.`,
    ...(plan.stream === undefined
      ? []
      : [
          `Noise is correlated over the rounds, and a member takes part in one round of ${plan.stream.separation}: ε is of all rounds together.`,
        ]),
    "Clips, rounding, noise and the server's steps are those of the plan; shares and masks are left out, which add up to the same integers. How devices round is not drawn device by device: sums carry a rounding noise that is at least as large.",
    "ε is of one aggregator's noise, over all rounds, member against null contributions; means and spreads that standardise are taken as public.",
  ];
}

export function stoppedWords(
  stopped: { readonly done: number; readonly of: number } | null,
  repeats: number,
): string[] {
  if (stopped === null) return [];
  return [
    `Stopped after ${stopped.done} of ${stopped.of} trainings: points that are missing were not reached, and some are of fewer than ${repeats} trainings.`,
  ];
}

function noiseWords(noise: NoiseSource): string {
  if (noise.kind === "central") return "The noise is central: drawn once, as a party that holds all data could.";
  if (noise.kind === "two-aggregators")
    return "The noise is that of two aggregators, each of which draws all that ε asks for: its variance is twice that of central noise.";
  return `Each member adds a share of noise that is enough with ${noise.honest} of them; those who stay beyond that add more.`;
}
