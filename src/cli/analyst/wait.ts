// Waiting for a batch: devices answer in their own time, and the service says in steps how far they have come.
import { steps, type WholeQuestion } from "../../api/analyst.ts";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { nodeClock } from "../../platform/node/index.ts";
import type { Terminal } from "../terminal.ts";
import type { Session } from "./session.ts";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Answers that may come out otherwise a little later. */
const AGAIN = new Set(["unavailable", "rate_limited", "conflict", "invalid_batch_size"]);
const FAILURES_MAX = 5;

/** @returns milliseconds; undefined: as long as it takes @throws PacelineError invalid_argument */
export function patience(wait: string | true): number | undefined {
  if (wait === true) return undefined;
  const seconds = /^\d{1,7}$/.test(wait) ? Number(wait) : Number.NaN;
  if (!(seconds >= 1)) fail("invalid_argument", `--wait is "${wait}", not a whole number of seconds`);
  return seconds * 1000;
}

export const questionOf = (session: Session, task: string): Promise<WholeQuestion> =>
  call(session, coordinatorRoutes.question, { parameters: { task } });

const collect = (session: Session, task: string) => call(session, coordinatorRoutes.collect, { parameters: { task } });

/**
 * Waits until the batch is complete, or for so long; then collects it.
 * @returns the release, base64url
 * @throws PacelineError conflict when too few have answered by then
 */
export async function waitFor(
  session: Session,
  task: string,
  waitMs: number | undefined,
  terminal: Terminal,
): Promise<string> {
  const until = waitMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + waitMs;
  const bar = terminal.bar("reports, of the least that may be collected", steps.length - 1);
  let told = -1;
  let failures = 0;

  /** One look: the release if there is one, else how far it is. */
  async function look(over: boolean): Promise<{ readonly release?: string; readonly seen?: WholeQuestion }> {
    try {
      const seen = await questionOf(session, task);
      const { reports, complete } = seen.progress;
      const step = steps.indexOf(reports);
      if (step > told) bar(step);
      told = step;
      if (complete || (over && reports === "enough")) return await collect(session, task);
      failures = 0;
      return { seen };
    } catch (error) {
      if (!isPacelineError(error) || !AGAIN.has(error.code) || ++failures > FAILURES_MAX) throw error;
      return {};
    }
  }

  for (let pause = FIRST_MS; ; pause = Math.min(LONGEST_MS, pause * 1.3)) {
    const over = performance.now() >= until;
    const { release, seen } = await look(over);
    if (release !== undefined) return release;
    if (seen !== undefined && seen.progress.reports !== "enough") {
      if (over) tooFew(seen, `It stays open; later: paceline show ${task.slice(0, 8)} --wait`);
      if (nodeClock.now() >= seen.closes * 1000)
        tooFew(seen, "Its time is over, and its cost is spent. Ask about more members.");
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(50, Math.min(pause, until - performance.now()))));
  }
}

function tooFew({ progress, minCohort }: WholeQuestion, hint: string): never {
  fail("conflict", `too few devices have answered: "${progress.reports}" of the ${minCohort} that it takes`, { hint });
}
