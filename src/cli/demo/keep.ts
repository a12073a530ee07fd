// paceline demo --keep: the services stay up, with one question open about the four weeks to today, for an app and an
// analyst to try. The demo's phones stay in reach: they answer what is asked of them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { formatDay } from "../../base/calendar.ts";
import { isPacelineError } from "../../base/errors.ts";
import { nodeClock } from "../../platform/node/index.ts";
import { privateMode } from "../../platform/node/private.ts";
import type { QuerySpec } from "../../query/spec.ts";
import { invocation } from "../invocation.ts";
import { syncAll } from "../local/devices.ts";
import { questionsFor } from "./questions.ts";
import type { Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
/** How soon the phones notice a question. */
const LOOK_MS = 2000;

/** Ends only by a signal. */
export async function keepRunning(stage: Stage, folder: string): Promise<never> {
  const { analyst, services, terminal, membership, minCohort } = stage;
  const today = Math.floor(nodeClock.now() / DAY_MS);
  const forApps: QuerySpec = {
    version: 1,
    name: "these-four-weeks",
    title: "What is a usual resting heart rate these four weeks?",
    metric: "rhr",
    per: "day",
    daysMin: 7,
    window: { end: formatDay(today), days: 28 },
    edges: [35, 50, 55, 60, 65, 70, 75, 80, 110],
    groupBy: null,
    purpose: "service-improvement",
    epsilon: "0.2",
    minCohort,
  };
  await call(analyst, coordinatorRoutes.ask, { body: forApps });
  const { next } = await call(analyst, coordinatorRoutes.tasks);
  const pinned = join(folder, "pinned.json");
  const { coordinator, helper } = services;
  writeFileSync(
    pinned,
    JSON.stringify({
      coordinator: { url: coordinator.url, registerKey: coordinator.keys.signingKey },
      helper: { url: helper.url, signingKey: helper.keys.signingKey },
      limits: { minBatchFloor: minCohort },
      schedule: "at-once",
    }),
    { mode: privateMode },
  );
  // The first question again, of everyone together and for less.
  const question = join(folder, "question.json");
  const [first = forApps] = questionsFor(membership, minCohort).specs;
  writeFileSync(question, JSON.stringify(ownQuestion(first), null, 2), { mode: privateMode });
  terminal.heading("The services keep running until Ctrl-C");
  terminal.line("  An app that takes part in an open question:");
  terminal.line(`    ${invocation().example("embed.mjs")} ${pinned} ${join(folder, "device.store")}`);
  terminal.line(
    "  An analyst: the budget, what a question would cost, asking it (these phones answer), and its answer;",
  );
  terminal.line("  docs/asking.md goes on from here:");
  terminal.line(`    export URL=${coordinator.url} TOKEN=${services.analystToken} QUESTION=${question}`);
  const curl = `curl -sS -H "authorization: Bearer ${services.analystToken}"`;
  terminal.line(`    ${curl} ${coordinator.url}/v1/ledger`);
  terminal.line(`    ${curl} ${coordinator.url}/v1/explain -H "content-type: application/json" -d @${question}`);
  terminal.line(`    ${curl} ${coordinator.url}/v1/queries -H "content-type: application/json" -d @${question}`);
  terminal.line(`    ${curl} -X POST ${coordinator.url}/v1/tasks/TASK/collect`);
  return await answerForEver(stage, next);
}

function ownQuestion(first: QuerySpec): QuerySpec {
  return { ...first, name: "my-own", title: first.title.replace(" by age band", ""), groupBy: null, epsilon: "0.4" };
}

/** @param seen the register's cursor when the last question was known */
async function answerForEver({ analyst, devices }: Stage, seen: string): Promise<never> {
  let known = seen;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    try {
      const { next } = await call(analyst, coordinatorRoutes.tasks);
      if (next !== known) await syncAll(devices, () => undefined);
      known = next;
    } catch (error) {
      // A machine with other work to do: they look again.
      if (!isPacelineError(error) || error.code !== "unavailable") throw error;
    }
  }
}
