// Two services that die at instants drawn from a seed and are started again, with what must hold after each death.
import { expect } from "vitest";
import { EndedEarly } from "../support/launch.ts";
import type { Pair, Role } from "../support/processes.ts";
import { expectLedgersToHold } from "./durable.ts";
import type { Instant, Instants } from "./instants.ts";
import { newWatch } from "./watch.ts";

export const roles = ["coordinator", "helper"] as const;

export interface Deaths {
  all: number;
  /** Before the service was ready. */
  starting: number;
  /** Of these, before it ever was: its files were being made or brought to this version. */
  migrating: number;
  /** Of both services in one moment, counted once. */
  together: number;
}

export const noDeaths = (): Deaths => ({ all: 0, starting: 0, migrating: 0, together: 0 });

export interface Mortality {
  /** Of all deaths: none of these after it. */
  readonly most: number;
  readonly deaths: Deaths;
  readonly paid?: (pair: Pair) => void;
}

export interface Mortals {
  /** Resolves when both are up. */
  up(): Promise<void>;
  /** No more deaths; rejects with what went wrong when anything other than a death did. */
  end(): Promise<void>;
  /** Rejects as soon as something is wrong. */
  readonly fault: Promise<never>;
}

/**
 * Starts both, and again whenever one dies, until there were `most` deaths.
 * @param paid what must hold of both ledgers after each death
 */
export function mortals(
  pair: Pair,
  instants: Instants,
  { most, deaths, paid = expectLedgersToHold }: Mortality,
): Mortals {
  const watch = newWatch(pair);
  const hasBeenUp = new Set<Role>();
  const alive = new Set<Role>();
  const isUp = new Set<Role>();
  let over = false;
  let waiting: (() => void)[] = [];
  const other = (role: Role): Role => (role === "helper" ? "coordinator" : "helper");
  const check = (role: Role) => {
    if (hasBeenUp.has(role)) watch(role);
    if (hasBeenUp.size === roles.length) paid(pair);
  };
  let killedWithOther: Role | undefined;
  const oneLife = async (role: Role): Promise<void> => {
    const mortal = deaths.all < most;
    const { both, fault, afterMs }: Instant = mortal ? instants.next(role, !hasBeenUp.has(role)) : { both: false };
    const timer = afterMs === undefined ? undefined : setTimeout(() => void pair.stop(role, "SIGKILL"), afterMs);
    // They verify what waits without being asked, as services do: else who died before the first job was answered would leave
    // its reports to whoever collects, and members who wait for that before they take theirs back would wait in vain.
    const started = pair.start(role, { working: true, fault });
    alive.add(role);
    const early = await started.then(
      () => false,
      (error: unknown) => {
        if (error instanceof EndedEarly && error.exit.signal === "SIGKILL") return true;
        throw error;
      },
    );
    const migrating = !hasBeenUp.has(role);
    if (!early) {
      hasBeenUp.add(role);
      isUp.add(role);
      if (isUp.size === roles.length) for (const go of waiting.splice(0)) go();
    }
    const exit = await pair.ended(role);
    clearTimeout(timer);
    alive.delete(role);
    isUp.delete(role);
    if (over) return;
    expect(exit).toEqual({ code: null, signal: "SIGKILL" });
    deaths.all += 1;
    if (early) deaths.starting += 1;
    if (early && migrating) deaths.migrating += 1;
    if (killedWithOther === role) killedWithOther = undefined;
    else if (both && alive.has(other(role))) {
      deaths.together += 1;
      killedWithOther = other(role);
      await pair.stop(other(role), "SIGKILL");
    }
    check(role);
  };
  const lives = Promise.all(
    roles.map(async (role) => {
      while (!over) await oneLife(role);
    }),
  );
  const fault = lives.then(() => new Promise<never>(() => undefined));
  fault.catch(() => undefined);
  return {
    fault,
    async up() {
      if (isUp.size < roles.length) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
    async end() {
      over = true;
      waiting = [];
      deaths.all += alive.size;
      deaths.together += 1;
      await Promise.all(roles.map((role) => pair.stop(role, "SIGKILL")));
      await lives;
      for (const role of roles) check(role);
    },
  };
}
