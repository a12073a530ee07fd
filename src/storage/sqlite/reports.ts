// A task's reports. They come by the thousand, so they are read and written with statements prepared once, whose text does
// not change: to build a query takes several times as long as SQLite needs to run it.
//
// State and id are in one table, the bytes in two others: a change of state then rewrites a small row, and what both
// aggregators agree on is read without their shares.
import type { StatementSync } from "node:sqlite";
import { sql } from "kysely";
import type { ReportState, StoredReports } from "../sql/aggregate.ts";
import { type AcceptedRow, reportOf, type WholeRow } from "../sql/report-row.ts";
import type { SealedColumn, SealedValue } from "../sql/reseal.ts";
import { places } from "../sql/sealed.ts";
import type { Prepare } from "./dialect.ts";

const whole = `select r.seq, r.id, r.state, r.error, u.bytes as upload, s.bytes as output_share from report r
  left join upload u on u.seq = r.seq left join output_share s on s.seq = r.seq`;

const texts = {
  add: "insert into report (task, id, state, error) values (?, ?, ?, ?) on conflict (task, id) do nothing",
  addUpload: "insert into upload (seq, bytes) values (?, ?)",
  addShare: "insert into output_share (seq, bytes) values (?, ?)",
  one: `${whole} where r.task = ? and r.id = ?`,
  pending: `select r.id, r.state, r.error, u.bytes as upload, null as output_share from report r
    left join upload u on u.seq = r.seq where r.task = ? and r.state = 'pending' order by r.seq limit ?`,
  state: "select state from report where task = ? and id = ?",
  end: `update report set state = ?, error = ? where task = ? and id = ? and state in ('pending', 'aggregating')
    returning seq`,
  mark: "update report set state = 'aggregating' where task = ? and id = ? and state = 'pending'",
  settle: "update report set state = ?, error = ? where seq = ?",
  place: "select seq, state from report where task = ? and id = ?",
  deleteUpload: "delete from upload where seq = ?",
  deleteShare: "delete from output_share where seq = ?",
  ids: "select seq, id from report where task = ? and state = 'accepted' and seq > ? order by seq limit ?",
  shares: `select r.seq, r.id, s.bytes from report r join output_share s on s.seq = r.seq
    where r.task = ? and r.state = 'accepted' and r.seq > ? order by r.seq limit ?`,
  page: "select max(seq) as last from (select seq from report where task = ? and state = ? and seq > ? order by seq limit ?)",
  deleteUploads: `delete from upload where seq in
    (select seq from report where task = ? and state = ? and seq > ? and seq <= ?)`,
  deleteShares: `delete from output_share where seq in
    (select seq from report where task = ? and state = ? and seq > ? and seq <= ?)`,
  deleteJobs: "delete from job where task = ?",
  deleteWithdrawals: "delete from withdrawal where task = ?",
  deleteClosing: "delete from closing where task = ?",
  deleteBuckets: "delete from bucket where task = ?",
  holds: "select 1 as held from place_draw where kind = ? and task = ? and draw = ?",
  deleteDraws: "delete from place_draw where task = ?",
} as const;

/** What goes when a batch is collected, besides bytes. */
const ofTask = ["deleteJobs", "deleteWithdrawals", "deleteClosing", "deleteBuckets", "deleteDraws"] as const;
const STATES: readonly ReportState[] = ["pending", "aggregating", "accepted", "rejected"];
/** SQLite holds the list of what a statement deletes in memory, and nobody else is answered meanwhile. */
const DELETED_TOGETHER = 1000;

/** SQLite answers at once, so that a batch would go by in one turn of the event loop, in which nobody else is answered. */
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** @param prepare of the connection that the transaction is on */
export function reportRows(prepare: Prepare): StoredReports {
  const statement = (name: keyof typeof texts) => prepare(texts[name]);
  return {
    async addReports(rows) {
      const [add, addUpload, addShare] = [statement("add"), statement("addUpload"), statement("addShare")];
      return rows.map(({ task, id, state, error, upload, outputShare }) => {
        const { changes, lastInsertRowid } = add.run(task, id, state, error);
        if (Number(changes) === 0) return false;
        if (upload !== null) addUpload.run(lastInsertRowid, upload);
        if (outputShare !== null) addShare.run(lastInsertRowid, outputShare);
        return true;
      });
    },
    async report(task, id) {
      const row = statement("one").get(task, id) as WholeRow | undefined;
      return row && reportOf(task, row);
    },
    async reportStates(task, ids) {
      const state = statement("state");
      return ids.map((id) => state.get(task, id)?.state as ReportState | undefined);
    },
    async pendingReports(task, most) {
      return statement("pending")
        .all(task, most)
        .map((row) => reportOf(task, row as unknown as WholeRow));
    },
    async markAggregating(task, ids) {
      const mark = statement("mark");
      for (const id of ids) mark.run(task, id);
    },
    async settleReports(task, settled) {
      const end = statement("end");
      const [deleteUpload, addShare] = [statement("deleteUpload"), statement("addShare")];
      for (const { id, state, error, outputShare } of settled) {
        const row = end.get(state, error, task, id) as { readonly seq: bigint } | undefined;
        if (row === undefined) continue;
        deleteUpload.run(row.seq);
        if (outputShare !== null) addShare.run(row.seq, outputShare);
      }
    },
    async dropReport(task, id, error) {
      const row = statement("place").get(task, id) as { readonly seq: bigint; readonly state: ReportState } | undefined;
      if (row?.state === "pending" || row?.state === "accepted") {
        statement("settle").run("rejected", error, row.seq);
        for (const name of ["deleteUpload", "deleteShare"] as const) statement(name).run(row.seq);
      }
      return row?.state;
    },
    holdsPlaces: async (kind, task, draw) => statement("holds").get(kind, task, draw) !== undefined,
    ...acceptedReports(prepare),
    async forgetShares(task) {
      for (const state of STATES) await forgetBytes(statement, task, state);
      for (const name of ofTask) statement(name).run(task);
    },
  };
}

async function forgetBytes(
  statement: (name: keyof typeof texts) => StatementSync,
  task: Uint8Array,
  state: ReportState,
): Promise<void> {
  for (let after = 0n; ; ) {
    const { last } = statement("page").get(task, state, after, DELETED_TOGETHER) as { readonly last: bigint | null };
    if (last === null) return;
    for (const name of ["deleteUploads", "deleteShares"] as const) statement(name).run(task, state, after, last);
    after = last;
    await turn();
  }
}

function acceptedReports(prepare: Prepare): Pick<StoredReports, "acceptedIds" | "outputShares"> {
  async function* pages<Item>(text: string, task: Uint8Array, most: number, item: (row: AcceptedRow) => Item) {
    const statement = prepare(text);
    for (let after = 0n; ; ) {
      const rows = statement.all(task, after, most) as unknown as readonly AcceptedRow[];
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(item);
      after = last.seq;
      await turn();
    }
  }
  return {
    acceptedIds: (task, most) => pages(texts.ids, task, most, ({ id }) => id),
    outputShares: (task, most) => pages(texts.shares, task, most, ({ id, bytes }) => ({ id, bytes })),
  };
}

/** The output shares, for sealing. */
export const sealedShares: SealedColumn = {
  place: ({ task, id }) => places.outputShare(task, id),
  others: (
    prefix,
    most,
  ) => sql<SealedValue>`select r.task, r.id, s.bytes from output_share s join report r on r.seq = s.seq
    where (length(s.bytes) < 5 or substr(s.bytes, 1, 5) <> ${prefix}) limit ${most}`,
  replace: ({ task, id }, bytes) => sql`update output_share set bytes = ${bytes}
    where seq = (select seq from report where task = ${task} and id = ${id})`,
};
