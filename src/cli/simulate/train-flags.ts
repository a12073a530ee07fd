// What was typed after `paceline simulate train`. Numbers are read strictly: a slip is no other number.
import { availableParallelism } from "node:os";
import { fail } from "../../base/errors.ts";
import type { NoiseSource } from "../../simulate/index.ts";
import type { DataOptions } from "../import/import.ts";

export interface TrainFlags extends DataOptions {
  readonly manifest?: string;
  readonly table?: string;
  readonly person?: string;
  readonly label?: string;
  readonly group?: string;
  readonly without?: string;
  readonly skew?: string;
  readonly personal?: boolean;
  readonly data?: readonly string[];
  readonly registry?: string;
  readonly members?: string;
  readonly epsilon?: string;
  readonly delta?: string;
  readonly repeats?: string;
  readonly heldOut?: string;
  readonly dropout?: string;
  readonly noise?: string;
  readonly overlap?: string;
  readonly closeWith?: string;
  readonly deadline?: string;
  readonly visits?: string;
  readonly visitsSpread?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

const WORKERS_MAX = 64;

export interface TypedTraining {
  readonly members: readonly number[];
  readonly epsilons: readonly number[];
  readonly delta: number;
  readonly repeats: number;
  readonly heldOut: number;
  readonly dropout: number;
  readonly noise: NoiseSource;
  readonly seed: string;
  readonly workers: number;
}

/** @throws PacelineError invalid_argument naming the flag */
export function readTrainFlags(flags: TrainFlags): TypedTraining {
  const { overlap } = flags;
  // Overlapping rounds are of one cohort and one budget.
  const usual =
    overlap === undefined ? { members: "300,1000,10000", epsilon: "1,2,4,8" } : { members: "1000", epsilon: "4" };
  const { members = usual.members, epsilon = usual.epsilon, delta = "1e-6", repeats = "5", seed = "paceline" } = flags;
  const { heldOut = "0.2", dropout = "0", noise = "two-aggregators", workers } = flags;
  if (noise !== "two-aggregators" && noise !== "central")
    fail("invalid_argument", `--noise is two-aggregators or central, not ${JSON.stringify(noise)}`);
  const count = workers === undefined ? Math.min(WORKERS_MAX, availableParallelism()) : whole(workers, "--workers");
  if (count < 1 || count > WORKERS_MAX) fail("invalid_argument", `--workers must be from 1 to ${WORKERS_MAX}`);
  return {
    members: listed(members, "--members").map((text) => whole(text, "--members")),
    epsilons: listed(epsilon, "--epsilon").map((text) => decimal(text, "--epsilon")),
    delta: decimal(delta, "--delta"),
    repeats: whole(repeats, "--repeats"),
    heldOut: decimal(heldOut, "--held-out"),
    dropout: decimal(dropout, "--dropout"),
    noise: { kind: noise as "two-aggregators" | "central" },
    seed,
    workers: count,
  };
}

/** @throws PacelineError invalid_argument for what is said of rounds that overlap where none do */
export function refuseOverlapOptions({ overlap, closeWith, deadline, visits, visitsSpread }: TrainFlags): void {
  if (overlap !== undefined) return;
  const said = { "close-with": closeWith, deadline, visits, "visits-spread": visitsSpread };
  for (const [name, value] of Object.entries(said))
    if (value !== undefined) fail("invalid_argument", `--${name} is of rounds that overlap: give --overlap as well`);
}

/** @throws PacelineError invalid_argument for what is said of a table where none is given */
export function refuseTableOptions({ table, person, label, without, personal }: TrainFlags): void {
  if (table !== undefined) return;
  for (const [name, value] of Object.entries({ person, label, without, personal }))
    if (value !== undefined) fail("invalid_argument", `--${name} is of a table: give --table as well`);
}

export function listed(text: string, flag: string): readonly string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.some((part) => part === ""))
    fail("invalid_argument", `${flag} is a list such as 300,1000, not ${JSON.stringify(text)}`);
  return parts;
}

/** @throws PacelineError invalid_argument */
export function skewIn({ skew }: TrainFlags): number | undefined {
  return skew === undefined ? undefined : decimal(skew, "--skew");
}

export function whole(text: string, flag: string): number {
  if (!/^\d{1,9}$/.test(text)) fail("invalid_argument", `${flag} takes whole numbers, not ${JSON.stringify(text)}`);
  return Number(text);
}

export function decimal(text: string, flag: string): number {
  if (!/^(\d{1,6}(\.\d{0,12})?|\.\d{1,12})(e-\d{1,2})?$/i.test(text))
    fail("invalid_argument", `${flag} takes decimals, not ${JSON.stringify(text)}`);
  return Number(text);
}
