// What a member is shown of something that is asked, and the numbers that its sentences say.
import { formatDay } from "../../base/calendar.ts";
import { lifetimeOf } from "../../privacy/accounting/lifetime.ts";
import type { Purpose } from "../../task/purposes.ts";

export interface Notice {
  /** base64url of the task id */
  readonly task: string;
  readonly purpose: Purpose;
  /** The asker's own title of the question: to be shown as theirs. */
  readonly question: string;
  /** Sentences, in the order to show them: what for, what this device tells, of which days, how it is hidden, until when. */
  readonly says: readonly string[];
  /** Milliseconds since 1970: this device answers from then on, unless the member says no before. */
  readonly answersAt: number;
  readonly closesAt: number;
  /** ρ: of the device's own limits. */
  readonly rho: number;
}

/** @param rho in nano-rho @returns ε at δ = 10⁻⁶, rounded up to hundredths */
export function epsilonOf(rho: bigint): number {
  const { epsilon } = lifetimeOf({ week: rho, year: rho }).week;
  return Math.ceil(epsilon * 100 - 1e-9) / 100;
}

/** @param seconds since 1970 */
export const dayOf = (seconds: number): string => formatDay(Math.floor(seconds / 86_400));
