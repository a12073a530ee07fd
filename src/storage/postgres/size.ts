// How many bytes the rows take. PostgreSQL gives the room of deleted rows to new ones, not back, so the files say how much it
// once was; how much it is, follows from its own statistics: live rows, how wide they are, and live pieces of long values.
import { sql } from "kysely";
import type { Sql } from "../sql/tables.ts";

/** Asked before every write, and looked up no more often than this. */
const LOOK_MS = 1000;

/** Never more than the files; the files, for a table that was never analyzed. 2 kB is a piece, 32 bytes what a row has besides. */
const lookUp = sql<{ bytes: bigint }>`
  select coalesce(sum(least(pg_total_relation_size(c.oid), case
    when coalesce(rows.last_analyze, rows.last_autoanalyze) is null then pg_total_relation_size(c.oid)
    else (rows.n_live_tup * (32 + coalesce(wide.bytes, 0)) + coalesce(pieces.n_live_tup, 0) * 2048)::bigint
      + pg_indexes_size(c.oid) end)), 0)::bigint as bytes
  from pg_class c join pg_stat_user_tables rows on rows.relid = c.oid
  left join pg_stat_all_tables pieces on pieces.relid = c.reltoastrelid
  left join (select tablename, sum((1 - null_frac) * avg_width) as bytes from pg_stats
    where schemaname = current_schema() group by tablename) wide on wide.tablename = c.relname
  where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace`;

export function newSize(db: Sql): () => Promise<number> {
  let looked = Number.NEGATIVE_INFINITY;
  let bytes = 0;
  return async () => {
    if (performance.now() - looked > LOOK_MS) {
      const { rows } = await lookUp.execute(db);
      bytes = Number(rows[0]?.bytes ?? 0n);
      looked = performance.now();
    }
    return bytes;
  };
}
