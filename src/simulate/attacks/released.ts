// One released answer as an attacker sees it who knows everybody else: noise, plus what the member moves, or noise alone. Plan,
// contribution, map and noise are those of the services and the devices.
import { fail } from "../../base/errors.ts";
import type { Claim } from "../../privacy/auditing/claim.ts";
import { distributionOf } from "../../privacy/distributions/noise-law.ts";
import { mechanismFrom } from "../../privacy/mechanisms/from-event.ts";
import { parseRational, toNumber } from "../../privacy/rational.ts";
import { planning, type Setting } from "../../query/planner.ts";
import type { Member } from "../../records/types.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { poolOf } from "../study/pool.ts";

/** What a ledger needs to know of a question. */
export interface AskedOf {
  readonly window: PlannedTask["window"];
  /** Nano-ρ of one aggregator's noise. */
  readonly rho: bigint;
}

export interface Released {
  readonly title: string;
  readonly asked: AskedOf;
  readonly plan: PlannedTask;
  /** Pure ε of one aggregator's noise; undefined where it is Gaussian. */
  readonly epsilon: number | undefined;
  /** By how much the member moves each released integer that they move at all. */
  readonly moves: readonly number[];
}

/** @throws PacelineError invalid_query */
export function planned(sql: string, epsilon: string, setting: Setting): PlannedTask {
  return planning.plan({ sql, epsilon }, setting).plan;
}

/** Undefined where the member has nothing to say to this question: an empty report moves nothing. */
export function releasedOf(plan: PlannedTask, member: Member): Released | undefined {
  const { adds } = poolOf([member], plan);
  if (adds.length === 0) return undefined;
  const { noise, rho, question, window } = plan;
  return {
    ...{ title: question, plan, asked: { window, rho: BigInt(rho) } },
    epsilon:
      noise.mechanism === "discrete-laplace"
        ? Number(noise.sensitivity.bound) / toNumber(parseRational(noise.scale, "a scale"))
        : undefined,
    moves: [...adds],
  };
}

/** The same, where somebody is attacked who is known to say something. */
export function certainly(plan: PlannedTask, member: Member): Released {
  return releasedOf(plan, member) ?? fail("invalid_query", `${member.id} has nothing to say to "${plan.question}"`);
}

/** What one answer promises by itself: its pure ε, or its ρ. */
export function claimOf({ epsilon, asked }: Released): Claim {
  return epsilon === undefined ? rhoClaim(asked.rho) : { kind: "epsilon", epsilon, delta: 0 };
}

export function rhoClaim(nanoRho: bigint): Claim {
  return { kind: "rho", rho: Number(nanoRho) / 1e9 };
}

/** How much one answer tells of the member at most: their moves over the noise's deviation, squared and added up. */
export function exposureOf({ plan, moves }: Released): number {
  const { variance } = distributionOf(mechanismFrom(plan.noise).law(1));
  return moves.reduce((sum, move) => sum + move * move, 0) / variance;
}
