// Sealing what an earlier key sealed, or what was written before anything was sealed, a few rows at a time.
import { type RawBuilder, sql } from "kysely";
import { equalBytes, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { OwnerRow } from "../../ports/owner.ts";
import type { Place, Sealer } from "../../ports/sealer.ts";
import { opened, places } from "./sealed.ts";
import type { Sql } from "./tables.ts";

export interface SealedValue {
  readonly task: Uint8Array;
  /** A report's id. */
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A column whose values are sealed. */
export interface SealedColumn {
  place(value: SealedValue): Place;
  /** task, id and bytes of values that begin in another way, at most so many. */
  others(prefix: Uint8Array, most: number): RawBuilder<SealedValue>;
  replace(value: SealedValue, bytes: Uint8Array): RawBuilder<unknown>;
}

/** A task has one of them. */
const ofTask = (table: string, column: string, place: (task: Uint8Array) => Place): SealedColumn => {
  const [from, name] = [sql.table(table), sql.ref(column)];
  return {
    place: ({ task }) => place(task),
    others: (prefix, most) => sql<SealedValue>`select task, task as id, ${name} as bytes from ${from}
      where ${name} is not null and (length(${name}) < 5 or substr(${name}, 1, 5) <> ${prefix}) limit ${most}`,
    replace: ({ task }, bytes) => sql`update ${from} set ${name} = ${bytes} where task = ${task}`,
  };
};

/** Of a service's database. @param shares its output shares, which each engine keeps in its own place */
export const serviceColumns = (shares: SealedColumn): readonly SealedColumn[] => [
  shares,
  ofTask("batch", "noised_share", places.noisedShare),
  ofTask("query", "release", places.release),
  ofTask("stream", "state", places.stream),
];

/** Whose a service's database is. */
export async function serviceOwner(trx: Sql): Promise<OwnerRow["role"] | undefined> {
  const owner = await trx.selectFrom("owner").select("role").executeTakeFirst();
  return owner?.role as OwnerRow["role"] | undefined;
}

/**
 * Opens the keys.
 * @param sealed whether the database is sealed with them, so that they must be there
 * @param owner whose the database is; undefined before it was first used. Another party's must not be sealed with these keys
 */
export type Sealing = (sealed: boolean, owner: OwnerRow["role"] | undefined) => Sealer;

/** What a database runs work in. */
type Transact = <R>(work: (trx: Sql) => Promise<R>) => Promise<R>;

const PAGE = 500;
/** A value in the database that says by whose keys it is sealed. */
const proof: Place = { table: "sealed", column: "proof", task: new Uint8Array(32), row: new Uint8Array(0) };
const PROOF = utf8("paceline");

/**
 * The sealer of a database: everything that lies open in it is sealed before anything is served.
 * @throws PacelineError not_found when it is sealed and there are no keys, conflict when they are others
 */
export async function startSealing(
  transact: Transact,
  columns: readonly SealedColumn[],
  sealing: ((sealed: boolean) => Sealer) | undefined,
): Promise<Sealer | undefined> {
  const before = await transact((trx) => trx.selectFrom("sealed").select("proof").executeTakeFirst());
  if (sealing === undefined) {
    if (before !== undefined)
      fail("not_found", "what is in this database is sealed, and no sealing keys were given", {
        hint: "Open it as its service does, with the file of sealing keys.",
      });
    return undefined;
  }
  const sealer = sealing(before !== undefined);
  if (before === undefined) await resealAll(transact, columns, sealer, false);
  else if (sealer.open(proof, before.proof) === undefined)
    fail("conflict", "the sealing keys are not those that this database is sealed with", {
      hint: "Restore their file from a backup: without it nothing of the shares can be read.",
    });
  return sealer;
}

/** Seals by the present key what another sealed. @returns how many values */
export async function resealAll(
  transact: Transact,
  columns: readonly SealedColumn[],
  sealer: Sealer,
  sealedBefore = true,
): Promise<number> {
  for (let all = 0; ; ) {
    const found = await transact(async (trx) => {
      const count = await reseal(trx, sealer, columns, PAGE, sealedBefore);
      if (count < PAGE) await prove(trx, sealer);
      return count;
    });
    all += found;
    if (found < PAGE) return all;
  }
}

/** Nothing else is left to seal. */
async function prove(trx: Sql, sealer: Sealer): Promise<void> {
  const before = await trx.selectFrom("sealed").select("proof").executeTakeFirst();
  if (before !== undefined && equalBytes(before.proof.subarray(0, 5), sealer.prefix())) return;
  await trx.deleteFrom("sealed").execute();
  await trx
    .insertInto("sealed")
    .values({ only: 1, proof: sealer.seal(proof, PROOF) })
    .execute();
}

/**
 * @param sealedBefore whether everything is sealed by some key; else what does not open is taken as it is
 * @returns how many values there were to seal; fewer than `most` when none is left
 * @throws PacelineError unavailable when one does not open
 */
async function reseal(
  trx: Sql,
  sealer: Sealer,
  columns: readonly SealedColumn[],
  most: number,
  sealedBefore: boolean,
): Promise<number> {
  const prefix = sealer.prefix();
  let found = 0;
  for (const column of columns) {
    const { rows } = await column.others(prefix, most - found).execute(trx);
    for (const value of rows) {
      const place = column.place(value);
      const plain = sealedBefore
        ? opened(sealer, place, value.bytes)
        : (sealer.open(place, value.bytes) ?? value.bytes);
      await column.replace(value, sealer.seal(place, plain)).execute(trx);
    }
    found += rows.length;
    if (found >= most) break;
  }
  return found;
}
