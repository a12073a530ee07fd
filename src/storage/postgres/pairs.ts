// A plain aggregator's rows on PostgreSQL, inside one transaction. What is written waits until it is asked about as a whole or
// the work is done, and then goes in one statement: rows come by the thousand, and each statement is a way to the server.
import { sql } from "kysely";
import type { KeyValueRows } from "../../plain/store.ts";
import { behind } from "../sql/pairs.ts";
import type { Sql } from "../sql/tables.ts";

export interface WaitingRows extends KeyValueRows {
  /** Writes what waits. */
  flush(): Promise<void>;
}

interface Pair {
  readonly key: string;
  readonly value: Uint8Array;
}

export function pairRows(trx: Sql): WaitingRows {
  /** By key; null: deleted. */
  const waiting = new Map<string, Uint8Array | null>();
  async function stored(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    if (keys.length === 0) return new Map();
    const { rows } = await sql<Pair>`select key, value from pair where key = any(${sql.val(keys)}::text[])`.execute(
      trx,
    );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }
  async function getAll(keys: readonly string[]) {
    const found = await stored(keys.filter((key) => !waiting.has(key)));
    return keys.map((key) => (waiting.has(key) ? (waiting.get(key) ?? undefined) : found.get(key)));
  }
  async function flush(): Promise<void> {
    const entries = [...waiting];
    waiting.clear();
    const gone = entries.flatMap(([key, value]) => (value === null ? [key] : []));
    const kept = entries.filter((entry): entry is [string, Uint8Array] => entry[1] !== null);
    if (gone.length > 0) await sql`delete from pair where key = any(${sql.val(gone)}::text[])`.execute(trx);
    if (kept.length > 0)
      await sql`insert into pair (key, value)
        select key, value from unnest(${sql.val(kept.map(([key]) => key))}::text[],
          ${sql.val(kept.map(([, value]) => value))}::bytea[]) as given (key, value)
        on conflict (key) do update set value = excluded.value`.execute(trx);
  }
  return {
    get: async (key) => (await getAll([key]))[0],
    getAll,
    async put(key, value) {
      waiting.set(key, value);
    },
    async delete(key) {
      waiting.set(key, null);
    },
    async list(prefix, most, after = "") {
      await flush();
      const { rows } = await sql<Pair>`select key, value from pair
        where key > ${after} and key >= ${prefix} and key < ${behind(prefix)} order by key limit ${most}`.execute(trx);
      return rows.map(({ key, value }) => [key, value] as const);
    },
    async count(prefix) {
      await flush();
      const { rows } = await sql<{ count: bigint }>`select count(*) as count from pair
        where key >= ${prefix} and key < ${behind(prefix)}`.execute(trx);
      return Number(rows[0]?.count ?? 0n);
    },
    flush,
  };
}
