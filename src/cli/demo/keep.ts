// paceline demo --keep: the services stay up, with one question open about the four weeks to today, for an app and an
// analyst to try.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { formatDay } from "../../base/calendar.ts";
import { nodeClock } from "../../platform/node/index.ts";
import type { QuerySpec } from "../../query/spec.ts";
import { invocation } from "../invocation.ts";
import type { Stage } from "./stage.ts";

const DAY_MS = 86_400_000;

/** Ends only by a signal. */
export async function keepRunning({ analyst, services, terminal, minCohort }: Stage, folder: string): Promise<never> {
  const today = Math.floor(nodeClock.now() / DAY_MS);
  const question = (name: string, end: number): QuerySpec => ({
    version: 1,
    name,
    title: "What is a usual resting heart rate these four weeks?",
    metric: "rhr",
    per: "day",
    daysMin: 7,
    window: { end: formatDay(end), days: 28 },
    edges: [35, 50, 55, 60, 65, 70, 75, 80, 110],
    groupBy: null,
    purpose: "service-improvement",
    epsilon: "1",
    minCohort,
  });
  await call(analyst, coordinatorRoutes.ask, { body: question("these-four-weeks", today) });
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
  );
  // Priced, not asked: explaining costs nothing, so it can be tried again and again.
  const spec = join(folder, "question.json");
  writeFileSync(spec, JSON.stringify({ ...question("one-week-earlier", today - 7) }));
  terminal.heading("The services keep running until Ctrl-C");
  terminal.line("  An app that takes part in an open question:");
  terminal.line(`    ${invocation().example("embed.mjs")} ${pinned} ${join(folder, "device.store")}`);
  terminal.line("  An analyst: the budget, what a question would cost, and asking it:");
  const curl = `curl -sS -H "authorization: Bearer ${services.analystToken}"`;
  terminal.line(`    ${curl} ${coordinator.url}/v1/ledger`);
  terminal.line(`    ${curl} ${coordinator.url}/v1/explain -H "content-type: application/json" -d @${spec}`);
  terminal.line(`    ${curl} ${coordinator.url}/v1/queries -H "content-type: application/json" -d @${spec}`);
  return await new Promise<never>(() => {
    // Something must keep the process awake.
    setInterval(() => undefined, DAY_MS);
  });
}
