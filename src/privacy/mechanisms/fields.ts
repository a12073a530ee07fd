// Strict reading of the small JSON objects that describe mechanisms: every field known, none missing, one text each.
import { fail } from "../../base/errors.ts";
import { type ProtectedUnit, protectedUnits, type ZeroOut } from "../units.ts";

/** What every noise event states besides its own parameters. */
export const promise: { readonly unit: ProtectedUnit; readonly neighbouring: ZeroOut } = {
  unit: "member",
  neighbouring: "zero-out",
};

/** The fields of `value`, which must be exactly `names`. @throws PacelineError invalid_message naming `what`. */
export function strictFields<N extends string>(value: unknown, names: readonly N[], what: string): Record<N, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail("invalid_message", `${what} is not an object`);
  const found = Object.keys(value);
  if (found.length !== names.length || !names.every((name) => Object.hasOwn(value, name)))
    return fail("invalid_message", `${what} must have exactly the fields ${names.join(", ")}`);
  return value as Record<N, unknown>;
}

/** The fields of a noise event: its promise checked, the sensitivity's norm checked, its bound still text. */
export function noiseFields<N extends string>(
  value: unknown,
  mechanism: string,
  parameter: N,
  norm: string,
): { readonly bound: bigint; readonly parameter: unknown; readonly unit: ProtectedUnit } {
  const names = ["mechanism", "unit", "neighbouring", "sensitivity", parameter] as const;
  const fields: Record<string, unknown> = strictFields(value, names, `a ${mechanism} event`);
  const unit = protectedUnits.find((known) => known === fields.unit);
  if (fields.mechanism !== mechanism || unit === undefined || fields.neighbouring !== promise.neighbouring)
    return fail("invalid_message", `a ${mechanism} event here must promise a member's or an installation's zero-out`);
  const sensitivity = strictFields(fields.sensitivity, ["norm", "bound"], `a ${mechanism} event's sensitivity`);
  if (sensitivity.norm !== norm) fail("invalid_message", `a ${mechanism} event's sensitivity must be in ${norm}`);
  return {
    bound: parsePositive(sensitivity.bound, `a ${mechanism} event's bound`),
    parameter: fields[parameter],
    unit,
  };
}

/** How often an event happened: a decimal integer, 1 … 2^31. */
export function parseCount(text: unknown): bigint {
  const count = parsePositive(text, "a part's count");
  if (count > 1n << 31n) fail("invalid_message", "a part's count must be at most 2^31");
  return count;
}

function parsePositive(text: unknown, what: string): bigint {
  if (typeof text !== "string" || !/^[1-9]\d{0,38}$/.test(text))
    return fail("invalid_message", `${what} is not a positive decimal integer`);
  return BigInt(text);
}
