// Numbers as people type them: decimals, with an exponent or without, and nothing else.
import { fail } from "../../base/errors.ts";

/** @throws PacelineError invalid_argument naming the flag */
export function numberOf(text: string, flag: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value)
    ? value
    : fail("invalid_argument", `${flag} must be a number, not ${JSON.stringify(text)}`);
}
