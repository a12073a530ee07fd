import type {
  LedgerEvent,
  LedgerEventKind,
  LedgerRows,
  QueryRow,
  QueryState,
  ReleaseRows,
} from "../../release/store.ts";
import { chainRows } from "./chain.ts";
import { maskedRows } from "./masked.ts";
import type { Sql } from "./tables.ts";
import { trainingRows } from "./training.ts";

const eventOf = (row: {
  kind: string;
  at: bigint | number;
  task: Uint8Array;
  rho: bigint;
  epochs: string;
  mechanism: string;
}): LedgerEvent => ({
  kind: row.kind as LedgerEventKind,
  at: Number(row.at),
  task: row.task,
  rho: row.rho,
  epochs: row.epochs.split(" "),
  mechanism: row.mechanism,
});

const queryOf = (row: {
  hash: string;
  task: Uint8Array;
  state: string;
  manifest: Uint8Array;
  opens: bigint | number;
  closes: bigint | number;
  envelope: string | null;
  release: Uint8Array | null;
  question: string | null;
  settled: bigint | number | null;
}): QueryRow => ({
  hash: row.hash,
  task: row.task,
  state: row.state as QueryState,
  manifest: row.manifest,
  opens: Number(row.opens),
  closes: Number(row.closes),
  envelope: row.envelope,
  release: row.release,
  question: row.question,
  settled: row.settled === null ? null : Number(row.settled),
});

function leafRows(trx: Sql): Pick<ReleaseRows, "addLeaf" | "leaves" | "leafCount" | "leavesFrom"> {
  return {
    async addLeaf(bytes) {
      const { seq } = await trx
        .insertInto("leaf")
        .values(({ selectFrom, fn, val }) => ({
          // Its own numbers: those that a database gives out have gaps where a transaction was undone.
          seq: selectFrom("leaf").select(({ eb }) => eb(fn.coalesce(fn.max("seq"), val(0n)), "+", val(1n)).as("next")),
          bytes,
        }))
        .returning("seq")
        .executeTakeFirstOrThrow();
      return Number(seq) - 1;
    },
    async leaves() {
      return (await trx.selectFrom("leaf").select("bytes").orderBy("seq").execute()).map((row) => row.bytes);
    },
    async leafCount() {
      const last = await trx.selectFrom("leaf").select("seq").orderBy("seq", "desc").limit(1).executeTakeFirst();
      return Number(last?.seq ?? 0n);
    },
    async leavesFrom(index, most) {
      const rows = await trx
        .selectFrom("leaf")
        .select("bytes")
        .where("seq", ">", BigInt(index))
        .orderBy("seq")
        .limit(most)
        .execute();
      return rows.map((row) => row.bytes);
    },
  };
}

function ledgerRows(trx: Sql): LedgerRows {
  return {
    ...chainRows(trx),
    budget: (epoch) => trx.selectFrom("budget").selectAll().where("epoch", "=", epoch).executeTakeFirst(),
    budgets: () => trx.selectFrom("budget").selectAll().orderBy("epoch").execute(),
    async putBudget(row) {
      await trx
        .insertInto("budget")
        .values(row)
        .onConflict((conflict) => conflict.column("epoch").doUpdateSet({ cap: row.cap, spent: row.spent }))
        .execute();
    },
    async trained(run) {
      return (await trx.selectFrom("trained").select("rho").where("run", "=", run).executeTakeFirst())?.rho ?? 0n;
    },
    async putTrained(run, rho) {
      await trx
        .insertInto("trained")
        .values({ run, rho })
        .onConflict((conflict) => conflict.column("run").doUpdateSet({ rho }))
        .execute();
    },
    async addEvent(event) {
      await trx
        .insertInto("ledger_event")
        .values({ ...event, epochs: event.epochs.join(" ") })
        .execute();
    },
    async eventOf(task, kind) {
      const row = await trx
        .selectFrom("ledger_event")
        .selectAll()
        .where("task", "=", task)
        .where("kind", "=", kind)
        .executeTakeFirst();
      return row && eventOf(row);
    },
    async events() {
      return (await trx.selectFrom("ledger_event").selectAll().orderBy("seq").execute()).map(eventOf);
    },
    async debitsSince(at) {
      const row = await trx
        .selectFrom("ledger_event")
        .select((e) => e.fn.countAll<bigint>().as("count"))
        .where("kind", "=", "debit")
        .where("at", ">=", at)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("ledger_event as released")
                .select("released.seq")
                .whereRef("released.task", "=", "ledger_event.task")
                .where("released.kind", "=", "release"),
            ),
          ),
        )
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async takingReports(seconds) {
      const row = await trx
        .selectFrom("task")
        .select((e) => e.fn.countAll<bigint>().as("count"))
        .where("expired", "=", 0)
        .where("closes", ">", seconds)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("batch").select("count").whereRef("batch.task", "=", "task.id"))),
        )
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("forgotten").select("task").whereRef("forgotten.task", "=", "task.id"))),
        )
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}

/** The ledger's and register's rows inside one transaction. */
export function releaseRows(trx: Sql): ReleaseRows {
  return {
    ...ledgerRows(trx),
    ...trainingRows(trx),
    ...maskedRows(trx),
    async query(hash) {
      const row = await trx.selectFrom("query").selectAll().where("hash", "=", hash).executeTakeFirst();
      return row && queryOf(row);
    },
    async queryOfTask(task) {
      const row = await trx.selectFrom("query").selectAll().where("task", "=", task).executeTakeFirst();
      return row && queryOf(row);
    },
    async openTasks(now) {
      const rows = await trx
        .selectFrom("query")
        .select("task")
        .where("state", "=", "published")
        .where("opens", "<=", now)
        .where("closes", ">", now)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("batch").select("count").whereRef("batch.task", "=", "query.task"))),
        )
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("closing").select("count").whereRef("closing.task", "=", "query.task"))),
        )
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom("forgotten").select("task").whereRef("forgotten.task", "=", "query.task"))),
        )
        .orderBy("seq")
        .execute();
      return rows.map((row) => row.task);
    },
    async putQuery(row) {
      const { hash: _, ...changed } = row;
      await trx
        .insertInto("query")
        .values(row)
        .onConflict((conflict) => conflict.column("hash").doUpdateSet(changed))
        .execute();
    },
    async dropQuery(hash) {
      await trx.deleteFrom("query").where("hash", "=", hash).execute();
    },
    async reservedQueries() {
      return (await trx.selectFrom("query").selectAll().where("state", "=", "reserved").orderBy("seq").execute()).map(
        queryOf,
      );
    },
    async queriesBefore(before, most) {
      const rows = await trx
        .selectFrom("query")
        .selectAll()
        .$if(before !== undefined, (all) =>
          all.where("seq", "<", ({ selectFrom }) =>
            selectFrom("query as of")
              .select("of.seq")
              .where("of.task", "=", before as Uint8Array),
          ),
        )
        .orderBy("seq", "desc")
        .limit(most)
        .execute();
      return rows.map(queryOf);
    },
    async *releases(most) {
      for (let after = 0n; ; ) {
        const rows = await trx
          .selectFrom("query")
          .select(["seq", "task", "release"])
          .where("seq", ">", after)
          .where("release", "is not", null)
          .orderBy("seq")
          .limit(most)
          .execute();
        const last = rows.at(-1);
        if (last === undefined) return;
        yield rows.map(({ task, release }) => ({ task, release: release as Uint8Array }));
        after = last.seq;
      }
    },
    ...leafRows(trx),
  };
}
