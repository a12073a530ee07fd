// Reading the numbers in a privacy event: every refusal names the field and says the allowed range.
import { fail } from "../../../base/errors.ts";

/** Greatest count, size or ratio of scales: integers beyond it are not exact as numbers. */
export const sizeMax = Number.MAX_SAFE_INTEGER;

/** The smallest noise multiplier: below it the mechanism protects nothing and its loss overflows. */
const noiseMin = 1e-6;

/** Greatest epsilon, rho or mu of a stated guarantee. */
const guaranteeMax = 1e6;

type Fields = Readonly<Record<string, unknown>>;

/** @throws PacelineError invalid_argument unless `holds(value)`. */
function numberField(fields: Fields, name: string, range: string, holds: (value: number) => boolean): number {
  const value = fields[name];
  if (typeof value === "number" && holds(value)) return value;
  return fail("invalid_argument", `${name} of a ${fields.mechanism} event must be ${range}`);
}

export function noiseField(fields: Fields, name: string): number {
  const range = `a number between ${noiseMin} and 2^53 - 1`;
  return numberField(fields, name, range, (value) => value >= noiseMin && value <= sizeMax);
}

/** A stated epsilon, rho or mu; 0 says that nothing leaks. */
export function guaranteeField(fields: Fields, name: string): number {
  const range = `a number between 0 and ${guaranteeMax}`;
  return numberField(fields, name, range, (value) => value >= 0 && value <= guaranteeMax);
}

/** An epsilon of a mechanism that has to be run with some noise, so above 0. */
export function positiveGuaranteeField(fields: Fields, name: string): number {
  const range = `a number above 0 and at most ${guaranteeMax}`;
  return numberField(fields, name, range, (value) => value > 0 && value <= guaranteeMax);
}

export function probabilityField(fields: Fields, name: string): number {
  return numberField(fields, name, "a number between 0 and 1", (value) => value >= 0 && value <= 1);
}

/** The probability of noise: 0 would mean none, and far below 1e-100 the loss overflows. */
export function noiseProbabilityField(fields: Fields, name: string): number {
  return numberField(fields, name, "a number between 1e-100 and 1", (value) => value >= 1e-100 && value <= 1);
}

export function deltaField(fields: Fields, name: string): number {
  return numberField(fields, name, "a number of at least 0 and below 1", (value) => value >= 0 && value < 1);
}

export function integerField(fields: Fields, name: string, least: number, most = sizeMax): number {
  const range = `a whole number between ${least} and ${most === sizeMax ? "2^53 - 1" : most}`;
  return numberField(fields, name, range, (value) => Number.isInteger(value) && value >= least && value <= most);
}

/** @param above exclusive lower end */
export function realField(fields: Fields, name: string, above: number): number {
  const range = `a number above ${above} and at most ${guaranteeMax}`;
  return numberField(fields, name, range, (value) => value > above && value <= guaranteeMax);
}

/** A list of 1 to 10,000 numbers, each of which `holds`. */
export function listField(fields: Fields, name: string, range: string, holds: (value: number) => boolean): number[] {
  const list = fields[name];
  if (!Array.isArray(list) || list.length === 0 || list.length > 10_000)
    return fail("invalid_argument", `${name} of a ${fields.mechanism} event must be a list of 1 to 10000 numbers`);
  return list.map((value: unknown) => {
    if (typeof value === "number" && holds(value)) return value;
    return fail("invalid_argument", `${name} of a ${fields.mechanism} event must each be ${range}`);
  });
}
