// What was typed, as a study's options. Numbers are read strictly: a slip is no other number.
import { availableParallelism } from "node:os";
import { fail } from "../../base/errors.ts";
import type { Budget } from "../../simulate/index.ts";
import type { DataOptions } from "../import/import.ts";

export interface SimulateFlags extends DataOptions {
  readonly sql?: string;
  readonly epsilon?: string;
  readonly rho?: string;
  readonly members?: string;
  readonly runs?: string;
  readonly seed?: string;
  readonly floor?: string;
  readonly workers?: string;
  readonly registry?: string;
  readonly data?: readonly string[];
  readonly svg?: string;
  readonly json?: boolean;
}

const MEMBERS = [200, 1000, 10_000];
const EPSILONS: readonly Budget[] = ["0.1", "0.5", "1", "2"].map((epsilon) => ({ epsilon }));
const RUNS = 1000;
const WORKERS_MAX = 64;

export interface Typed {
  readonly budgets: readonly Budget[];
  readonly members: readonly number[];
  readonly runs: number;
  readonly seed: string;
  readonly floor?: number;
  readonly workers: number;
}

/** @throws PacelineError invalid_argument naming the flag */
export function readFlags(flags: SimulateFlags, sql: string): Typed {
  const { epsilon, rho, members, runs, seed = "paceline", floor, workers } = flags;
  if (epsilon !== undefined && rho !== undefined) fail("invalid_argument", "give --epsilon or --rho, not both");
  return {
    budgets: budgetsOf(epsilon, rho, sql),
    members: members === undefined ? MEMBERS : listed(members, "--members").map((text) => whole(text, "--members")),
    runs: runs === undefined ? RUNS : whole(runs, "--runs"),
    seed,
    ...(floor === undefined ? {} : { floor: whole(floor, "--floor") }),
    workers: workers === undefined ? Math.min(WORKERS_MAX, availableParallelism()) : threads(workers),
  };
}

/** A budget that the question states is the only one, where no flag names others. */
function budgetsOf(epsilon: string | undefined, rho: string | undefined, sql: string): readonly Budget[] {
  if (epsilon !== undefined) return listed(epsilon, "--epsilon").map((text) => ({ epsilon: decimal(text) }));
  if (rho !== undefined) return listed(rho, "--rho").map((text) => ({ rho: decimal(text) }));
  return /\bWITH\s*\(/i.test(sql) ? [] : EPSILONS;
}

/** "200,1000": one or several. */
function listed(text: string, flag: string): readonly string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.some((part) => part === ""))
    fail("invalid_argument", `${flag} is a list such as 1,2,5, not ${JSON.stringify(text)}`);
  return parts;
}

/** ".5" is "0.5"; what is no decimal stays as it was typed, for the message. */
function decimal(text: string): string {
  return text.startsWith(".") ? `0${text}` : text;
}

function whole(text: string, flag: string): number {
  if (!/^\d{1,15}$/.test(text)) fail("invalid_argument", `${flag} takes whole numbers, not ${JSON.stringify(text)}`);
  return Number(text);
}

function threads(text: string): number {
  const count = whole(text, "--workers");
  if (count < 1 || count > WORKERS_MAX) fail("invalid_argument", `--workers must be from 1 to ${WORKERS_MAX}`);
  return count;
}
