// The ledger's currency: zCDP's rho in whole billionths, always rounded up, so that what is booked is never less than
// what was spent.
import type { Brand } from "../../base/brand.ts";
import { fail } from "../../base/errors.ts";
import type { Rational } from "../rational.ts";

/** rho · 10^9, a non-negative integer below 2^63 (it fits every store's integer column). */
export type NanoRho = Brand<bigint, "nano-rho">;

const nanoRhoMax = (1n << 63n) - 1n;
const nanosPerRho = 1_000_000_000n;

/** @throws PacelineError invalid_argument when negative or above 2^63 - 1. */
export function nanoRho(value: bigint): NanoRho {
  if (value < 0n || value > nanoRhoMax) fail("invalid_argument", "a nano-rho amount must lie between 0 and 2^63 - 1");
  return value as NanoRho;
}

/** The smallest whole number of nano-rho that is not below `rho`. */
export function nanoRhoAtLeast(rho: Pick<Rational, "num" | "den">): NanoRho {
  if (rho.num < 0n) fail("invalid_argument", "rho must not be negative");
  return nanoRho((rho.num * nanosPerRho + rho.den - 1n) / rho.den);
}

export function addNanoRho(...amounts: readonly NanoRho[]): NanoRho {
  return nanoRho(amounts.reduce((sum: bigint, amount) => sum + amount, 0n));
}

/** The amount as a decimal number of rho: 1500000000n gives "1.5". */
export function formatRho(amount: NanoRho): string {
  const whole = amount / nanosPerRho;
  const fraction = (amount % nanosPerRho).toString().padStart(9, "0").replace(/0+$/, "");
  return fraction === "" ? `${whole}` : `${whole}.${fraction}`;
}

/**
 * Reads a decimal number of rho, such as a configured cap. Digits below a billionth are refused, not rounded.
 * @throws PacelineError invalid_argument
 */
export function parseRho(text: string): NanoRho {
  const match = /^(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) fail("invalid_argument", "rho must be a decimal such as 0.25, with at most nine decimals");
  return nanoRho(BigInt(match[1] as string) * nanosPerRho + BigInt((match[2] ?? "").padEnd(9, "0")));
}
