// What a trainer refuses before it computes, and after.
import { fail } from "../../base/errors.ts";
import type { Examples, TrainingOptions } from "../../ports/training-engine.ts";
import type { Floats } from "./kernels.ts";
import type { Layout } from "./layout.ts";
import type { OutputRule } from "./outputs.ts";

/** Of a row's numbers; standardised features are a million times smaller. */
const ROW_MAX = 1e6;
/** What one call may ask for: epochs × rows, so that a step's index stays a whole number. */
const VISITS_MAX = 2 ** 31;

export function checkWeights({ parameters }: Layout, weights: Floats): void {
  if (weights.length !== parameters)
    fail("invalid_argument", `${weights.length} weights, the model has ${parameters} parameters`);
  checkFinite(weights, "a weight", Number.MAX_VALUE);
}

/** @returns the number of rows */
export function checkRows({ inputs }: Layout, rows: Floats): number {
  if (rows.length % inputs !== 0)
    fail("invalid_argument", `${rows.length} numbers are no whole number of rows of ${inputs}`);
  checkFinite(rows, "an input", ROW_MAX);
  return rows.length / inputs;
}

/** @returns the number of rows, one at least */
export function checkExamples(layout: Layout, { labelSize, labelFault }: OutputRule, examples: Examples): number {
  const rows = checkRows(layout, examples.rows);
  if (rows === 0) fail("invalid_argument", "there are no rows to learn from");
  if (examples.labels.length !== rows * labelSize)
    fail("invalid_argument", `${examples.labels.length} labels, ${rows} rows take ${rows * labelSize}`);
  for (let i = 0; i < examples.labels.length; i++) {
    const fault = labelFault(examples.labels[i] as number);
    if (fault !== undefined) fail("invalid_argument", `among the labels is ${fault}`);
  }
  return rows;
}

export function checkOptions(options: TrainingOptions, rows: number): void {
  const { epochs, batchSize, learningRate, momentum = 0, proximal, order } = options;
  const within = (what: string, value: number, holds: boolean) => {
    if (!holds) fail("invalid_argument", `${what} of ${value} is out of range`);
  };
  within("epochs", epochs, Number.isInteger(epochs) && epochs >= 1 && epochs * rows <= VISITS_MAX);
  within("a batch size", batchSize, Number.isInteger(batchSize) && batchSize >= 1);
  within("a learning rate", learningRate, learningRate > 0 && learningRate <= 1e6);
  within("a momentum", momentum, momentum >= 0 && momentum < 1);
  const mu = proximal?.mu ?? 0;
  within("a proximal µ", mu, mu >= 0 && mu <= 1e6);
  if (order === undefined) return;
  if (order.length !== epochs * rows)
    fail("invalid_argument", `an order of ${order.length} rows, ${epochs} epochs of ${rows} rows belong here`);
  for (const row of order) if (row >= rows) fail("invalid_argument", `the order names row ${row} of ${rows}`);
}

export function checkDirection({ output }: Layout, direction: Floats): void {
  if (direction.length !== output.units)
    fail("invalid_argument", `a direction of ${direction.length} numbers, the model has ${output.units} outputs`);
  checkFinite(direction, "a direction's number", Number.MAX_VALUE);
}

/** What came out: @throws PacelineError invalid_argument when the computation left the finite numbers */
export function checkResult(values: Floats): void {
  if (!within(values, Number.MAX_VALUE))
    fail("invalid_argument", "the computation left the finite numbers", {
      hint: "Take a smaller learning rate, or weights of a smaller norm.",
    });
}

function checkFinite(values: Floats, what: string, most: number): void {
  if (within(values, most)) return;
  const at = values.findIndex((value) => !(Math.abs(value) <= most));
  fail("invalid_argument", `${what} is ${values[at]}, at place ${at}; it must be finite and at most ${most}`);
}

const SIGN = 0x80000000;
/** Of the largest float. As integers, infinity and what is no number lie beyond it. */
const LARGEST_BITS = 0x7f7fffff;

/**
 * Whether all are finite and at most `most` from 0. Of floats by their bits, in whose order they are: this runs over every row.
 * @param most a float itself, or beyond all of them
 */
function within(values: Floats, most: number): boolean {
  if (values instanceof Float64Array) return values.every((value) => Math.abs(value) <= most);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const limit = Math.min(LARGEST_BITS, bitsOf(most));
  let over = 0;
  for (let i = 0; i < bits.length; i++) over |= limit - ((bits[i] as number) & ~SIGN);
  return over >= 0;
}

const bitsOf = (value: number) => new Int32Array(Float32Array.of(value).buffer)[0] as number;
