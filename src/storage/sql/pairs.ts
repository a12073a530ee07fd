// A plain aggregator's rows, as SQLite and PostgreSQL both have them: pairs of a key and a value. Every value is sealed in its
// place, so that one that was changed, or put under another key, is found; keys say kind, task and report, and lie open.
import { type RawBuilder, sql } from "kysely";
import { fromBase64Url, fromUtf8, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { KeyValueRows } from "../../plain/store.ts";
import type { Place, Sealer } from "../../ports/sealer.ts";
import type { SealedColumn, SealedValue } from "./reseal.ts";
import { opened } from "./sealed.ts";
import type { Sql } from "./tables.ts";

/** Which keys a plain aggregator's database is sealed with. @param sealed whether it is already, so that they must be there */
export type PairSealing = (sealed: boolean) => Sealer;

const noTask = new Uint8Array(32);
const TASK = /^\w+\/([\w-]{43})(\/|$)/;

/** A key is a kind, the task's name, and what is more: each task's values are sealed with a key of their own. */
function placeOf(key: string): Place {
  const name = TASK.exec(key)?.[1];
  return { table: "pair", column: "value", task: name === undefined ? noTask : fromBase64Url(name), row: utf8(key) };
}

/** The end of a range of keys: they are ASCII, so this is behind all that begin with the prefix. */
export const behind = (prefix: string): string => `${prefix}\x7f`;

/** @param bytesOfKey the column `key` as bytes */
export const sealedPairValues = (bytesOfKey: RawBuilder<Uint8Array>): SealedColumn => ({
  place: ({ id }) => placeOf(fromUtf8(id)),
  others: (prefix, most) => sql<SealedValue>`select ${bytesOfKey} as task, ${bytesOfKey} as id, value as bytes from pair
    where length(value) < 5 or substr(value, 1, 5) <> ${prefix} limit ${most}`,
  replace: ({ id }, bytes) => sql`update pair set value = ${bytes} where key = ${fromUtf8(id)}`,
});

export function sealedPairs(rows: KeyValueRows, sealer: Sealer | undefined): KeyValueRows {
  if (sealer === undefined) return rows;
  const open = (key: string, value: Uint8Array) => opened(sealer, placeOf(key), value);
  return {
    ...rows,
    async get(key) {
      const value = await rows.get(key);
      return value && open(key, value);
    },
    getAll: async (keys) => (await rows.getAll(keys)).map((value, i) => value && open(keys[i] as string, value)),
    put: (key, value) => rows.put(key, sealer.seal(placeOf(key), value)),
    list: async (prefix, most, after) =>
      (await rows.list(prefix, most, after)).map(([key, value]) => [key, open(key, value)] as const),
  };
}

/** What a plain aggregator's database has; of each engine besides what its own transactions need. */
const OWN: ReadonlySet<string> = new Set(["pair", "sealed", "probe", "turn", "schema_version"]);

/** @throws PacelineError conflict when the database is another service's */
export function refuseOtherTables(tables: readonly string[], where: string): void {
  if (tables.some((name) => !OWN.has(name)))
    fail("conflict", `${where} is a database of another service`, {
      hint: "A plain aggregator has a database of its own, which no ledger is in.",
    });
}

/** For the services that have a ledger. @throws PacelineError conflict when the database is a plain aggregator's */
export async function refusePairs(trx: Sql, tables: RawBuilder<{ name: string }>): Promise<void> {
  const { rows } = await tables.execute(trx);
  if (rows.some(({ name }) => name === "pair"))
    fail("conflict", "this is the database of a plain DAP aggregator, whose sums carry no noise", {
      hint: "Coordinator and helper each have a database of their own.",
    });
}
