// Whose examples a study trains and measures on: people, split by a seed into those who train and those who are held out, and each
// training person's examples into those that are trained on and those kept aside.
import { fail } from "../../../base/errors.ts";
import { Random, shuffled } from "../../random.ts";
import { type PersonExamples, poolOfPeople, type TrainingPool } from "../engine/pool.ts";

/** One person's examples, before any standardisation that a split decides; NaN where nothing was measured. */
export interface StudiedPerson {
  readonly rows: readonly ArrayLike<number>[];
  readonly labels: readonly number[];
  readonly group?: string;
}

export interface StudiedPeople {
  readonly people: readonly StudiedPerson[];
  /** Numbers in a row that a model reads. */
  readonly inputs: number;
  /**
   * From rows as they are to rows as a model reads them: of each of `people`. What is public (a mean, a spread) may be taken from
   * `training`, the rows that are trained on, and from nobody else.
   */
  readonly prepare: (
    people: readonly StudiedPerson[],
    training: readonly ArrayLike<number>[],
  ) => readonly (readonly ArrayLike<number>[])[];
}

export interface StudySplit {
  readonly training: TrainingPool;
  /** Examples kept aside of people who train; undefined where they have too few. */
  readonly inUser: TrainingPool | undefined;
  readonly heldOut: TrainingPool;
}

/** A person with fewer examples trains on all of them. */
const ROWS_MIN = 5;
/** Of a training person's examples, kept aside. */
const ASIDE = 0.2;

/** @param heldOut share of the people @throws PacelineError invalid_argument, invalid_data */
export function splitPeople(studied: StudiedPeople, heldOut: number, seed: string): StudySplit {
  const random = new Random(`${seed}/people`);
  const people = shuffled(
    studied.people.filter(({ labels }) => labels.length > 0),
    random,
  );
  const count = Math.round(heldOut * people.length);
  if (count < 1 || count >= people.length)
    fail("invalid_argument", `${heldOut} of ${people.length} people with examples leaves nobody on one side`, {
      hint: "Give more people, or another --held-out.",
    });
  const parts = people.slice(count).map((person) => {
    const order = shuffled([...person.labels.keys()], random);
    const cut = order.length < ROWS_MIN ? order.length : Math.ceil(order.length * (1 - ASIDE));
    return { train: chosen(person, order.slice(0, cut)), test: chosen(person, order.slice(cut)) };
  });
  return poolsOf(studied, parts, people.slice(0, count));
}

/** The pools of a split that is decided elsewhere. */
export function poolsOf(
  studied: StudiedPeople,
  training: readonly { readonly train: StudiedPerson; readonly test: StudiedPerson }[],
  heldOut: readonly StudiedPerson[],
): StudySplit {
  const rows = training.flatMap(({ train }) => train.rows);
  // A person's own rows are prepared together, whichever part they are in: a device has all of them.
  const whole = training.map(({ train, test }) => ({ ...train, rows: [...train.rows, ...test.rows] }));
  const prepared = studied.prepare([...whole, ...heldOut], rows);
  const pool = (all: readonly StudiedPerson[], from: (index: number) => readonly ArrayLike<number>[]) =>
    poolOfPeople(
      all.map(({ labels, group }, index): PersonExamples => {
        const flat = new Float32Array(labels.length * studied.inputs);
        for (const [at, row] of from(index).entries()) flat.set(row, at * studied.inputs);
        return { rows: flat, labels, ...(group === undefined ? {} : { group }) };
      }),
      studied.inputs,
    );
  const own = (index: number) => prepared[index] as readonly ArrayLike<number>[];
  const tests = training.map(({ test }) => test);
  return {
    training: pool(
      training.map(({ train }) => train),
      (i) => own(i).slice(0, training[i]?.train.rows.length),
    ),
    inUser: tests.some(({ labels }) => labels.length > 0)
      ? pool(tests, (i) => own(i).slice(training[i]?.train.rows.length))
      : undefined,
    heldOut: pool(heldOut, (i) => own(training.length + i)),
  };
}

function chosen({ rows, labels, ...rest }: StudiedPerson, order: readonly number[]): StudiedPerson {
  return {
    ...rest,
    rows: order.map((at) => rows[at] as ArrayLike<number>),
    labels: order.map((at) => labels[at] as number),
  };
}
