import type { RegistrarRows } from "../../issuer/store.ts";
import type { OwnerRows } from "../../ports/owner.ts";
import type { Sql } from "./tables.ts";

/** A registrar's rows inside one transaction. */
export function registrarRows(trx: Sql): Omit<RegistrarRows, keyof OwnerRows> {
  const members = (task: Uint8Array) =>
    trx.selectFrom("roster_member").select(["task", "account", "key"]).where("task", "=", task);
  return {
    async roster(task) {
      const row = await trx
        .selectFrom("roster")
        .select(["task", "manifest", "closes", "ends", "opening", "refused"])
        .where("task", "=", task)
        .executeTakeFirst();
      return row && { ...row, closes: Number(row.closes), ends: Number(row.ends) };
    },
    async putRoster(row) {
      const { opening, refused } = row;
      await trx
        .insertInto("roster")
        .values(row)
        .onConflict((conflict) => conflict.column("task").doUpdateSet({ opening, refused }))
        .execute();
    },
    rosterMember: (task, account) => members(task).where("account", "=", account).executeTakeFirst(),
    async addRosterMember(member) {
      const added = await trx
        .insertInto("roster_member")
        .values(member)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return Number(added.numInsertedOrUpdatedRows ?? 0n) === 1;
    },
    rosterMembers: (task) => members(task).orderBy("seq").execute(),
    async rosterCount(task) {
      const { count } = await trx
        .selectFrom("roster_member")
        .select(({ fn }) => fn.countAll<bigint>().as("count"))
        .where("task", "=", task)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async forgetRosters(endedBefore) {
      await trx
        .deleteFrom("roster_member")
        .where("task", "in", ({ selectFrom }) => selectFrom("roster").select("task").where("ends", "<", endedBefore))
        .execute();
      await trx.deleteFrom("roster").where("ends", "<", endedBefore).execute();
    },
  };
}
