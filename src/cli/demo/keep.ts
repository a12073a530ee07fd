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
import { ask, mean, quantiles } from "../../query/builder.ts";
import { invocation } from "../invocation.ts";
import { syncAll } from "../local/devices.ts";
import { type DemoQuestion, usableBands } from "./questions.ts";
import type { Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
/** How soon the phones notice a question. */
const LOOK_MS = 2000;

/** Ends only by a signal. */
export async function keepRunning(stage: Stage, folder: string): Promise<never> {
  const { analyst, services, terminal, minCohort } = stage;
  const today = Math.floor(nodeClock.now() / DAY_MS);
  const forApps: DemoQuestion = {
    version: 2,
    name: "these-four-weeks",
    title: "What is a usual resting heart rate these four weeks?",
    ...ask(mean("rhr"), quantiles("rhr", 0.25, 0.5, 0.75))
      .epsilon("0.1")
      .minCohort(minCohort)
      .draft(),
    window: { days: 28, end: formatDay(today) },
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
  terminal.heading("The services keep running until Ctrl-C");
  terminal.line("  An app that takes part in an open question:");
  terminal.line(`    ${invocation().example("embed.mjs")} ${pinned} ${join(folder, "device.store")}`);
  terminal.line(
    "  An analyst, in another terminal: these phones answer what is asked. docs/asking.md goes on from here:",
  );
  const { paceline } = invocation();
  const sql = firstQuestion(stage);
  terminal.line(`    printf %s ${services.analystToken} | ${paceline} login ${coordinator.url} --token-stdin`);
  terminal.line(`    ${paceline} budget`);
  terminal.line(`    ${paceline} explain "${sql}"`);
  terminal.line(`    ${paceline} ask "${sql}" --yes --wait`);
  return await answerForEver(stage, next);
}

/** From so many members on an answer by age band is worth its noise. */
const BY_BAND_FROM = 1000;

/** About the days and the metric that these members have. */
function firstQuestion({ membership: { metrics, lastDay, bands, members } }: Stage): string {
  const metric = ["rhr", "sleep", "steps"].find((id) => metrics.has(id)) ?? [...metrics][0] ?? "steps";
  const by = usableBands(bands).length > 0 && members.length >= BY_BAND_FROM ? " GROUP BY age_band" : "";
  return `SELECT MEDIAN(${metric}), COUNT(*) FROM member_week${by} WINDOW LAST 4 WEEKS ENDING '${formatDay(lastDay)}'`;
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
