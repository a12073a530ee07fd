// What a plain aggregator's database says when it is asked, in numbers, for its operator alone.
import { toBase64Url } from "../../base/bytes.ts";
import { type Family, measured } from "../../http/prometheus.ts";
import { parkedJobs } from "../../plain/failures.ts";
import { keys } from "../../plain/rows.ts";
import type { KeyValueRows, KeyValueStore } from "../../plain/store.ts";
import { openPlainTask, type PlainTask } from "../../plain/task.ts";

export function plainFamilies(store: Pick<KeyValueStore, "read">, given: readonly PlainTask[]): readonly Family[] {
  const tasks = given.map(openPlainTask);
  const names = tasks.map(({ id }) => toBase64Url(id));
  const sum = (one: (rows: KeyValueRows, task: number) => Promise<number>) =>
    store.read(async (rows) => {
      let all = 0;
      for (const i of names.keys()) all += await one(rows, i);
      return all;
    });
  const gauge = (name: string, help: string, read: (rows: KeyValueRows, task: number) => Promise<number>) =>
    measured("gauge", `paceline_${name}`, help, async () => [[{}, await sum(read)]]);
  const counted = (name: string, help: string, prefix: (task: string) => string) =>
    gauge(name, help, (rows, i) => rows.count(prefix(names[i] as string)));
  return [
    measured("gauge", "paceline_plain_tasks", "Plain tasks by role: their sums carry no noise.", () =>
      (["leader", "helper"] as const).map(
        (role) => [{ role }, tasks.filter((one) => one.role === role).length] as const,
      ),
    ),
    counted("reports_pending", "Reports that are in no job yet.", keys.pending),
    counted(
      "jobs_waiting",
      "Aggregation jobs of the leader's that are not recorded, parked ones too.",
      keys.leaderJobs,
    ),
    counted("jobs_deferred", "Aggregation jobs that the helper has yet to answer.", keys.waitingJobs),
    gauge("jobs_parked", "Jobs that failed too often and are tried no more.", (rows, i) =>
      parkedJobs(rows, tasks[i] as (typeof tasks)[number]),
    ),
    counted("collections_open", "Collection jobs without an answer.", keys.openCollections),
  ];
}
