import type { BatchRow, ClosingRow, TaskRow } from "../../aggregate/store.ts";
import { toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { BudgetRow, LedgerEvent, LedgerEventKind, QueryRow, ReleaseRows } from "../../release/store.ts";
import { type ChainTables, chainRows } from "./chain.ts";
import { type MaskedTables, maskedRows } from "./masked.ts";
import { pages, type Table } from "./table.ts";
import { type TrainingTables, trainingRows } from "./training.ts";

export interface ReleaseTables extends ChainTables, TrainingTables, MaskedTables {
  readonly budget: Table<BudgetRow>;
  readonly event: Table<LedgerEvent>;
  readonly query: Table<QueryRow>;
  readonly leaf: Table<Uint8Array>;
  readonly batch: Table<BatchRow>;
  readonly closing: Table<ClosingRow>;
  readonly task: Table<TaskRow>;
  readonly trained: Table<bigint>;
}

const eventKey = (task: Uint8Array, kind: LedgerEventKind) => `${toHex(task)} ${kind}`;

export function releaseRows({
  budget,
  event: events,
  query: queries,
  leaf: leaves,
  batch: batches,
  closing: closings,
  task: tasks,
  trained,
  ...chainTables
}: ReleaseTables): ReleaseRows {
  return {
    ...chainRows(chainTables),
    ...trainingRows(chainTables),
    ...maskedRows(chainTables),
    budget: async (epoch) => budget.get(epoch),
    budgets: async () => [...budget.values()].sort((a, b) => (a.epoch < b.epoch ? -1 : 1)),
    async putBudget(row) {
      invariant(row.spent >= 0n && row.spent <= row.cap, "spent stays within the cap");
      budget.put(row.epoch, row);
    },
    async addEvent(event) {
      const key = eventKey(event.task, event.kind);
      invariant(event.rho > 0n && events.get(key) === undefined, "one debit a task, of something, released once");
      events.put(key, event);
    },
    eventOf: async (task, kind) => events.get(eventKey(task, kind)),
    events: async () => events.values(),
    debitsSince: async (at) =>
      events
        .values()
        .filter((event) => event.kind === "debit" && event.at >= at)
        .filter(({ task }) => events.get(eventKey(task, "release")) === undefined).length,
    trained: async (run) => trained.get(run) ?? 0n,
    async putTrained(run, rho) {
      trained.put(run, rho);
    },
    takingReports: async (seconds) =>
      tasks
        .values()
        .filter(({ closes }) => closes > seconds)
        .map(({ id }) => toHex(id))
        .filter((id) => batches.get(id) === undefined && chainTables.forgotten.get(id) === undefined).length,
    query: async (hash) => queries.get(hash),
    queryOfTask: async (task) => queries.values().find((row) => toHex(row.task) === toHex(task)),
    openTasks: async (now) =>
      queries
        .values()
        .filter(({ state, opens, closes }) => state === "published" && opens <= now && now < closes)
        .map(({ task }) => task)
        .filter((task) => batches.get(toHex(task)) === undefined && closings.get(toHex(task)) === undefined)
        .filter((task) => chainTables.forgotten.get(toHex(task)) === undefined),
    async putQuery(row) {
      const ofTask = queries.values().find((one) => toHex(one.task) === toHex(row.task));
      invariant(ofTask === undefined || ofTask.hash === row.hash, "a task answers one question");
      invariant((row.state === "settled") === (row.release !== null), "settled means released");
      queries.put(row.hash, row);
    },
    async dropQuery(hash) {
      queries.delete(hash);
    },
    reservedQueries: async () => queries.values().filter(({ state }) => state === "reserved"),
    async queriesBefore(before, most) {
      const newest = [...queries.values()].reverse();
      const from = before === undefined ? 0 : newest.findIndex((row) => toHex(row.task) === toHex(before)) + 1;
      return before !== undefined && from === 0 ? [] : newest.slice(from, from + most);
    },
    releases(most) {
      const settled = queries.values().flatMap(({ task, release }) => (release === null ? [] : [{ task, release }]));
      return pages(settled, most);
    },
    async addLeaf(bytes) {
      const index = leaves.values().length;
      leaves.put(String(index), bytes);
      return index;
    },
    leaves: async () => leaves.values(),
    leafCount: async () => leaves.values().length,
    leavesFrom: async (index, most) => leaves.values().slice(index, index + most),
  };
}
