// Members as what their devices train on: examples in flat arrays, which cross to threads, shared where memory can be.
import { fail } from "../../../base/errors.ts";

/** What one person's device holds. */
export interface PersonExamples {
  /** n × inputs */
  readonly rows: ArrayLike<number>;
  /** n class indices, or n × units values. */
  readonly labels: ArrayLike<number>;
  /** A public attribute, for differences between groups. */
  readonly group?: string;
}

/** Person p holds the rows from `starts[p]` to below `starts[p + 1]`. */
export interface TrainingPool {
  readonly people: number;
  readonly inputs: number;
  /** Numbers in one label. */
  readonly labelSize: number;
  readonly starts: Uint32Array;
  readonly rows: Float32Array;
  readonly labels: Float32Array;
  /** Of each person, an index into `groupNames`. */
  readonly groups: Uint16Array;
  readonly groupNames: readonly string[];
}

/** @throws PacelineError invalid_data for numbers that are not finite, or that do not make whole rows */
export function poolOfPeople(people: readonly PersonExamples[], inputs: number, labelSize = 1): TrainingPool {
  const starts = new Uint32Array(people.length + 1);
  const names = new Map<string, number>();
  const groups = new Uint16Array(people.length);
  for (const [p, { rows, labels, group = "" }] of people.entries()) {
    const count = rows.length / inputs;
    if (!Number.isInteger(count) || labels.length !== count * labelSize)
      fail("invalid_data", `person ${p} has ${rows.length} numbers and ${labels.length} labels, for rows of ${inputs}`);
    starts[p + 1] = (starts[p] as number) + count;
    if (!names.has(group)) names.set(group, names.size);
    groups[p] = names.get(group) as number;
  }
  const total = starts[people.length] as number;
  const pool: TrainingPool = {
    ...{ people: people.length, inputs, labelSize, starts, groups, groupNames: [...names.keys()] },
    rows: new Float32Array(total * inputs),
    labels: new Float32Array(total * labelSize),
  };
  for (const [p, { rows, labels }] of people.entries()) {
    pool.rows.set(rows, (starts[p] as number) * inputs);
    pool.labels.set(labels, (starts[p] as number) * labelSize);
  }
  for (const numbers of [pool.rows, pool.labels])
    for (let i = 0; i < numbers.length; i++)
      if (!Number.isFinite(numbers[i])) fail("invalid_data", "an example holds a number that is none");
  return pool;
}

/** The same pool in memory that threads share, so that a job carries none of it; as it is on pages that may share none. */
export function sharedPool(pool: TrainingPool): TrainingPool {
  if (typeof SharedArrayBuffer === "undefined") return pool;
  return { ...pool, starts: shared(pool.starts), rows: shared(pool.rows), labels: shared(pool.labels) };
}

function shared<T extends Uint32Array | Float32Array>(numbers: T): T {
  const copy = new (numbers.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(numbers.byteLength),
  );
  copy.set(numbers);
  return copy;
}

/** One person's examples, as views: engines copy what they need. */
export function examplesOf(pool: TrainingPool, person: number): { rows: Float32Array; labels: Float32Array } {
  const [from, to] = [pool.starts[person] as number, pool.starts[person + 1] as number];
  return {
    rows: pool.rows.subarray(from * pool.inputs, to * pool.inputs),
    labels: pool.labels.subarray(from * pool.labelSize, to * pool.labelSize),
  };
}
