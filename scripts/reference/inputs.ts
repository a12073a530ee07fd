// Reading the inputs of a reference case: several spellings of one quantity, numbers as numbers or as text, and errors that
// name the field.
import { fail } from "../../src/base/errors.ts";
import { type Neighbouring, type Rational, rational } from "../../src/privacy/index.ts";

export class Inputs {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws PacelineError invalid_message */
  constructor(fields: unknown) {
    if (typeof fields !== "object" || fields === null || Array.isArray(fields))
      fail("invalid_message", "a case needs an object of inputs");
    this.#fields = fields as Record<string, unknown>;
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#fields[name] !== undefined && this.#fields[name] !== null);
  }

  /** The same with other values. */
  with(changes: Readonly<Record<string, unknown>>): Inputs {
    return new Inputs({ ...this.#fields, ...changes });
  }

  /** The first of `names` that is there. @throws PacelineError invalid_message naming them all */
  value(...names: readonly string[]): unknown {
    const found = names.find((name) => this.has(name));
    return found === undefined ? fail("invalid_message", `inputs lack ${names.join(" or ")}`) : this.#fields[found];
  }

  number(...names: readonly string[]): number {
    return numberOf(this.value(...names), names[0] as string);
  }

  /** @returns `otherwise` where none of the names is there */
  numberOr(otherwise: number, ...names: readonly string[]): number {
    return this.has(...names) ? this.number(...names) : otherwise;
  }

  list(...names: readonly string[]): readonly number[] {
    const value = this.value(...names);
    const numbers = Array.isArray(value) ? value : [value];
    return numbers.map((one) => numberOf(one, names[0] as string));
  }
}

/** A JSON number, or text that is one ("1e-6", "inf"). */
export function numberOf(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^[+]?inf(inity)?$/i.test(value.trim())) return Number.POSITIVE_INFINITY;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? fail("invalid_message", `${name} is not a number`) : number;
}

/** The fraction that a decimal number means: 0.1 is 1/10, as its writer meant it. */
export function decimalFraction(value: number, name: string): Rational {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null || !Number.isFinite(value)) return fail("invalid_message", `${name} must be a number above 0`);
  const [, whole = "", digits = "", power = "0"] = match;
  const exponent = Number(power) - digits.length;
  const num = BigInt(whole + digits);
  return exponent >= 0 ? rational(num * 10n ** BigInt(exponent)) : rational(num, 10n ** BigInt(-exponent));
}

const relations: readonly (readonly [RegExp, Neighbouring])[] = [
  [/add[-_ ]or[-_ ]remove/i, "add-or-remove-one"],
  [/replace[-_ ]special|zero[-_ ]out/i, "zero-out"],
  [/replace[-_ ]one|substitut/i, "replace-one"],
];

/** The first relation that the text names; undefined for "any" and its like. */
export function relationOf(text: unknown): Neighbouring | undefined {
  if (typeof text !== "string") return undefined;
  const found = relations.map(([pattern, relation]) => [text.search(pattern), relation] as const);
  return found.filter(([at]) => at >= 0).sort(([a], [b]) => a - b)[0]?.[1];
}
