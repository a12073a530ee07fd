// A task's reports, many in one statement: arrays go there, and rows are made of them on the server. PostgreSQL keeps long
// bytes beside a row by itself, so a change of state leaves them alone.
import { sql } from "kysely";
import type { ReportState, StoredReports } from "../sql/aggregate.ts";
import { type AcceptedRow, reportOf, type WholeRow } from "../sql/report-row.ts";
import type { SealedColumn, SealedValue } from "../sql/reseal.ts";
import { places } from "../sql/sealed.ts";
import type { Sql } from "../sql/tables.ts";

const columns = sql`task, id, state, error, upload, output_share`;

/** Bytes as a key of a map. */
const named = (...parts: readonly Uint8Array[]): string =>
  parts.map((part) => Buffer.from(part).toString("hex")).join();

/** An array of one column. */
const all = <Row, Value>(rows: readonly Row[], column: (row: Row) => Value) => sql.val(rows.map(column));

export function reportRows(trx: Sql): StoredReports {
  return {
    async addReports(rows) {
      if (rows.length === 0) return [];
      const { rows: added } = await sql<{ task: Uint8Array; id: Uint8Array }>`
        insert into report (${columns})
        select ${columns} from unnest(
          ${all(rows, ({ task }) => task)}::bytea[], ${all(rows, ({ id }) => id)}::bytea[],
          ${all(rows, ({ state }) => state)}::text[], ${all(rows, ({ error }) => error)}::bigint[],
          ${all(rows, ({ upload }) => upload)}::bytea[], ${all(rows, ({ outputShare }) => outputShare)}::bytea[])
          with ordinality as given (${columns}, place)
        order by place on conflict (task, id) do nothing returning task, id`.execute(trx);
      const fresh = new Set(added.map(({ task, id }) => named(task, id)));
      // Of two with one id the first was added.
      return rows.map(({ task, id }) => fresh.delete(named(task, id)));
    },
    async report(task, id) {
      const { rows } = await sql<WholeRow>`select ${columns} from report where task = ${task} and id = ${id}`.execute(
        trx,
      );
      return rows[0] && reportOf(task, rows[0]);
    },
    async reportStates(task, ids) {
      const { rows } = await sql<{ id: Uint8Array; state: ReportState }>`
        select id, state from report where task = ${task} and id = any(${sql.val(ids)}::bytea[])`.execute(trx);
      const states = new Map(rows.map(({ id, state }) => [named(id), state]));
      return ids.map((id) => states.get(named(id)));
    },
    async pendingReports(task, most) {
      const { rows } = await sql<WholeRow>`select ${columns} from report
        where task = ${task} and state = 'pending' order by seq limit ${most}`.execute(trx);
      return rows.map((row) => reportOf(task, row));
    },
    async markAggregating(task, ids) {
      await sql`update report set state = 'aggregating'
        where task = ${task} and id = any(${sql.val(ids)}::bytea[]) and state = 'pending'`.execute(trx);
    },
    async settleReports(task, settled) {
      await sql`update report set state = given.state, error = given.error, upload = null, output_share = given.share
        from unnest(
          ${all(settled, ({ id }) => id)}::bytea[], ${all(settled, ({ state }) => state)}::text[],
          ${all(settled, ({ error }) => error)}::bigint[], ${all(settled, ({ outputShare }) => outputShare)}::bytea[])
          as given (id, state, error, share)
        where task = ${task} and report.id = given.id and report.state in ('pending', 'aggregating')`.execute(trx);
    },
    async dropReport(task, id, error) {
      const { rows } = await sql<{ state: ReportState }>`
        select state from report where task = ${task} and id = ${id}`.execute(trx);
      await sql`update report set state = 'rejected', error = ${error}, upload = null, output_share = null
        where task = ${task} and id = ${id} and state in ('pending', 'accepted')`.execute(trx);
      return rows[0]?.state;
    },
    ...acceptedReports(trx),
    async forgetShares(task) {
      await sql`update report set upload = null, output_share = null
        where task = ${task} and (upload is not null or output_share is not null)`.execute(trx);
      for (const table of ["job", "withdrawal", "closing", "bucket", "place_draw"])
        await sql`delete from ${sql.table(table)} where task = ${task}`.execute(trx);
    },
  };
}

function acceptedReports(trx: Sql): Pick<StoredReports, "acceptedIds" | "outputShares"> {
  async function* pages<Item>(share: boolean, task: Uint8Array, most: number, item: (row: AcceptedRow) => Item) {
    for (let after = 0n; ; ) {
      const { rows } = await sql<AcceptedRow>`
        select seq, id, ${share ? sql`output_share` : sql`id`} as bytes from report
        where task = ${task} and state = 'accepted' and seq > ${after} ${share ? sql`and output_share is not null` : sql``}
        order by seq limit ${most}`.execute(trx);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(item);
      after = last.seq;
    }
  }
  return {
    acceptedIds: (task, most) => pages(false, task, most, ({ id }) => id),
    outputShares: (task, most) => pages(true, task, most, ({ id, bytes }) => ({ id, bytes })),
  };
}

/** The output shares, for sealing. */
export const sealedShares: SealedColumn = {
  place: ({ task, id }) => places.outputShare(task, id),
  others: (prefix, most) => sql<SealedValue>`select task, id, output_share as bytes from report
    where output_share is not null and (length(output_share) < 5 or substr(output_share, 1, 5) <> ${prefix}) limit ${most}`,
  replace: ({ task, id }, bytes) => sql`update report set output_share = ${bytes} where task = ${task} and id = ${id}`,
};
