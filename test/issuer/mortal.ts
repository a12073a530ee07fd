// One service that is killed at calls drawn from a seed, and started again each time on what it left.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import seedrandom from "seedrandom";
import { expect } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import { type NodeTransport, nodeTransport } from "../../src/platform/node/index.ts";
import { type Death, faultEnvironment } from "../support/faults/fault.ts";
import { EndedEarly, launchProgram, type Running } from "../support/launch.ts";
import { freePort } from "../support/processes.ts";
import type { OneOptions } from "./one-child.ts";

export interface Deaths {
  all: number;
  /** Before it was ready. */
  starting: number;
  /** Of these, before it ever was. */
  making: number;
}

/** About how many calls it makes until it is ready, on new files and on its own, and from there on. */
export interface Calls {
  readonly fresh: number;
  readonly again: number;
  readonly after: number;
}

export interface Mortal {
  readonly folder: string;
  readonly url: string;
  readonly transport: NodeTransport;
  readonly draw: (below: number) => number;
  /** The same again until it is answered, as whoever was cut off does. */
  ask<T>(work: () => Promise<T>): Promise<T>;
}

export interface MortalOptions {
  readonly one: Omit<OneOptions, "folder" | "port">;
  readonly calls: Calls;
  readonly seed: string;
  /** So many deaths, and one in the end. */
  readonly most: number;
  readonly deaths: Deaths;
  /** Puts what there is before its first start into its folder. */
  readonly prepare?: (folder: string) => void;
  /** Looks at what it left, each time that it is dead and had been ready before. */
  readonly check: (folder: string) => void;
}

const program = fileURLToPath(new URL("./one-child.ts", import.meta.url));
const PATIENCE_MS = 300_000;

/** @param story what is asked of it while it dies @throws whatever goes wrong that is no death */
export async function whileItDies(options: MortalOptions, story: (mortal: Mortal) => Promise<void>): Promise<void> {
  const { one, calls, seed, most, deaths, check, prepare } = options;
  const random = seedrandom.alea(seed);
  const draw = (below: number) => Math.floor(random() * below);
  const folder = mkdtempSync(join(tmpdir(), "paceline-mortal-"));
  prepare?.(folder);
  const port = await freePort();
  const transport = nodeTransport();
  const last = deaths.all + most;
  let [over, hasBeenUp] = [false, false];
  let running: Running | undefined;

  const nextDeath = (): Death => {
    const starting = hasBeenUp ? calls.again : calls.fresh;
    const inStart = random() < (hasBeenUp ? 0.35 : 0.5);
    const call = 1 + (inStart ? draw(starting) : starting + Math.floor(random() ** 2 * calls.after));
    return { how: random() < 0.4 ? "torn" : "kill", call };
  };
  const oneLife = async () => {
    const fault = deaths.all < last ? nextDeath() : undefined;
    const environment = fault === undefined ? {} : faultEnvironment(fault, join(folder, "calls"));
    const life = launchProgram(program, { ...one, folder, port }, join(folder, "log"), environment);
    running = life;
    const early = await life.ready.then(
      () => false,
      (error: unknown) => {
        if (error instanceof EndedEarly && error.exit.signal === "SIGKILL") return true;
        throw error;
      },
    );
    const making = !hasBeenUp;
    hasBeenUp ||= !early;
    expect(await life.exit).toEqual({ code: null, signal: "SIGKILL" });
    deaths.all += 1;
    if (early) deaths.starting += 1;
    if (early && making) deaths.making += 1;
    if (hasBeenUp) check(folder);
  };
  const lives = (async () => {
    while (!over) await oneLife();
  })();
  const fault = lives.then(() => new Promise<never>(() => undefined));
  fault.catch(() => undefined);
  const ask: Mortal["ask"] = async (work) => {
    for (const until = Date.now() + PATIENCE_MS; ; ) {
      try {
        return await Promise.race([work(), fault]);
      } catch (error) {
        if (!isPacelineError(error) || error.code !== "unavailable" || Date.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  try {
    await story({ folder, url: `http://127.0.0.1:${port}`, transport, draw, ask });
  } finally {
    over = true;
    running?.kill("SIGKILL");
    await lives.finally(() => {
      transport.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }
}
