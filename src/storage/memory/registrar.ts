import { equalBytes, toHex } from "../../base/bytes.ts";
import { invariant } from "../../base/errors.ts";
import type { RegistrarRows, RosterMember, RosterRow } from "../../issuer/store.ts";
import type { OwnerRows } from "../../ports/owner.ts";
import { both, ofTaskIn, type Table } from "./table.ts";

export interface RegistrarTables {
  readonly roster: Table<RosterRow>;
  readonly rosterMember: Table<RosterMember>;
}

export function registrarRows({
  roster: rosters,
  rosterMember: members,
}: RegistrarTables): Omit<RegistrarRows, keyof OwnerRows> {
  return {
    roster: async (task) => rosters.get(toHex(task)),
    async putRoster(row) {
      const before = rosters.get(toHex(row.task));
      const { opening, refused } = row;
      rosters.put(toHex(row.task), before === undefined ? row : { ...before, opening, refused });
    },
    rosterMember: async (task, account) => members.get(both(task, account)),
    async addRosterMember(member) {
      invariant(rosters.get(toHex(member.task)) !== undefined, "a member joins a round");
      const there = ofTaskIn(members, member.task);
      if (there.some(({ account, key }) => equalBytes(account, member.account) || equalBytes(key, member.key)))
        return false;
      members.put(both(member.task, member.account), member);
      return true;
    },
    rosterMembers: async (task) => ofTaskIn(members, task),
    rosterCount: async (task) => ofTaskIn(members, task).length,
    async forgetRosters(endedBefore) {
      for (const { task } of rosters.values().filter(({ ends }) => ends < endedBefore)) {
        for (const { account } of ofTaskIn(members, task)) members.delete(both(task, account));
        rosters.delete(toHex(task));
      }
    },
  };
}
