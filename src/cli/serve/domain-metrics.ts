// What a service does, in numbers: what it has counted since it started, and what its database says when it is asked. Exact, for
// its operator alone; no task, device or analyst is in a label.
import { statSync } from "node:fs";
import { isoWeek } from "../../base/calendar.ts";
import { type Family, measured, newCounter } from "../../http/prometheus.ts";
import { nodeClock } from "../../platform/node/index.ts";
import type { Meter } from "../../ports/meter.ts";
import type { Store } from "../../ports/store.ts";
import { isYear } from "../../release/ledger.ts";
import type { DatabaseRows } from "../../storage/sql/rows.ts";

/** Counters of this process, and the meter that raises them. */
export function newDomainCounters(): { readonly meter: Meter; readonly families: readonly Family[] } {
  const counters = {
    reports: newCounter("paceline_reports_total", "Reports since the start, by stage and outcome (a DAP error)."),
    jobs: newCounter("paceline_jobs_total", "Aggregation jobs that this process ended, by outcome."),
    refusals: newCounter("paceline_refusals_total", "Requests that were refused, by code of the error registry."),
  };
  return {
    meter: (what, labels, count) => counters[what].add({ ...labels }, count),
    families: Object.values(counters),
  };
}

const NANO = 1e9;

/** @param sealing the file of the sealing keys */
export function storedFamilies(store: Pick<Store<DatabaseRows>, "read">, sealing: string): readonly Family[] {
  const now = () => nodeClock.now() / 1000;
  const load = () => store.read((rows) => rows.workload(Math.floor(now())));
  const gauge = (name: string, help: string, read: Parameters<typeof measured>[3]) =>
    measured("gauge", `paceline_${name}`, help, read);
  const ledger = async (of: "cap" | "spent") => {
    const week = isoWeek(Math.floor(now() / 86_400));
    // The year of the week, which begins and ends with weeks.
    const current = new Set([week, week.slice(0, 4)]);
    const rows = await store.read((all) => all.budgets());
    return rows
      .filter(({ epoch }) => current.has(epoch))
      .map((row) => [{ span: isYear(row.epoch) ? "year" : "week" }, Number(row[of]) / NANO] as const);
  };
  return [
    gauge("jobs_waiting", "Aggregation jobs without an answer, held or not.", async () => [[{}, (await load()).jobs]]),
    gauge("jobs_oldest_seconds", "Age of the oldest of them; 0 when there is none.", async () => {
      const { oldestJobAt } = await load();
      return [[{}, oldestJobAt === null ? 0 : Math.max(0, now() - oldestJobAt / 1000)]];
    }),
    gauge("jobs_most_tries", "How often the most tried of them was begun.", async () => [
      [{}, (await load()).mostTries],
    ]),
    gauge("jobs_parked", "Those that failed too often and are tried no more.", async () => [
      [{}, (await load()).parkedJobs],
    ]),
    gauge("reports_pending", "Reports that are in no job yet.", async () => [[{}, (await load()).pendingReports]]),
    gauge("tasks", "Tasks by state.", async () =>
      Object.entries((await load()).tasks).map(([state, count]) => [{ state }, count] as const),
    ),
    gauge("masked_rounds", "Masked rounds that members join (joining) or answer (open).", async () => {
      const rounds = await store.read((rows) => rows.maskedRunning());
      const count = (state: string) => rounds.filter((one) => one.state === state).length;
      return ["joining", "open"].map((state) => [{ state }, count(state)] as const);
    }),
    gauge("ledger_spent_rho", "Spent of this week and year, where anything was.", () => ledger("spent")),
    gauge("ledger_cap_rho", "What they may cost in all.", () => ledger("cap")),
    gauge("sealing_key_changed_seconds", "When the sealing keys were last changed, in Unix time.", () => [
      [{}, statSync(sealing).mtimeMs / 1000],
    ]),
  ];
}
