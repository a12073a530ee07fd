// How different people are from each other, to be chosen: a table's examples dealt anew, so that each person's mix of classes is drawn
// from a Dirichlet distribution around that of all (Hsu, Qi, Brown 2019, section 3). How many examples a person has stays, and so
// do groups: a group's examples are dealt among its own people.
import { fail } from "../../../base/errors.ts";
import { Random, shuffled } from "../../random.ts";
import type { StudiedPerson } from "./people.ts";

const CONCENTRATIONS = [0.001, 1e6] as const;

interface Example {
  readonly row: ArrayLike<number>;
  readonly label: number;
}

/**
 * @param concentration of the Dirichlet distribution: near 0 a person has one class, and a large number gives all the same mix
 * @param seed equal ones deal the same
 * @throws PacelineError invalid_argument
 */
export function dealtUnevenly(
  people: readonly StudiedPerson[],
  concentration: number,
  seed: string,
): readonly StudiedPerson[] {
  const [least, most] = CONCENTRATIONS;
  if (!(concentration >= least && concentration <= most))
    fail("invalid_argument", `the concentration of a skew must lie between ${least} and ${most}, not ${concentration}`);
  const random = new Random(`${seed}/skew`);
  const dealt = new Map<StudiedPerson, StudiedPerson>();
  for (const own of Map.groupBy(people, ({ group }) => group).values())
    for (const [person, examples] of dealtTo(own, concentration, random))
      dealt.set(person, {
        ...person,
        rows: examples.map(({ row }) => row),
        labels: examples.map(({ label }) => label),
      });
  return people.map((person) => dealt.get(person) as StudiedPerson);
}

function dealtTo(
  people: readonly StudiedPerson[],
  concentration: number,
  random: Random,
): readonly (readonly [StudiedPerson, readonly Example[]])[] {
  const all = people.flatMap(({ rows, labels }) =>
    labels.map((label, i): Example => ({ label, row: rows[i] as ArrayLike<number> })),
  );
  const left = Map.groupBy(shuffled(all, random), ({ label }) => label);
  const shares = Array.from(left, ([label, own]) => ({ label, share: own.length / all.length }));
  // In any order but the table's: whoever comes last gets what is left.
  return shuffled(people, random).map((person) => {
    const mix = dirichlet(
      shares.map(({ share }) => concentration * share),
      random,
    );
    const wanted = new Map(shares.map(({ label }, k) => [label, mix[k] as number]));
    return [person, person.labels.map(() => drawn(left, wanted, random))] as const;
  });
}

/** An example of a class that still has some: by the person's mix, or by what is left where none of its classes is. */
function drawn(left: Map<number, Example[]>, wanted: ReadonlyMap<number, number>, random: Random): Example {
  const open = [...left].filter(([, own]) => own.length > 0);
  const byMix = open.map(([label]) => wanted.get(label) as number);
  const weights = byMix.some((weight) => weight > 0) ? byMix : open.map(([, own]) => own.length);
  let at = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  let chosen = open[0] as (typeof open)[number];
  for (const [k, weight] of weights.entries()) {
    if (weight === 0) continue;
    chosen = open[k] as (typeof open)[number];
    at -= weight;
    if (at < 0) break;
  }
  return chosen[1].pop() as Example;
}

/** Normalised Gamma variables, by their logarithms: for small parameters the variables themselves would all be 0. */
function dirichlet(parameters: readonly number[], random: Random): readonly number[] {
  const logs = parameters.map((a) => Math.log(random.gamma(a + 1, a + 1)) + Math.log(1 - random.uniform()) / a);
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}
