// What a service's database must never take back while it dies and lives: what was spent, and whatever is written once.
import { expect } from "vitest";
import type { Pair, Role } from "../support/processes.ts";
import { readDurable, readWritten } from "./durable.ts";

/** @returns looks at a role's database, and compares it with what was there the time before */
export function newWatch(pair: Pair): (role: Role) => void {
  const spentBefore = new Map<Role, ReadonlyMap<string, bigint>>();
  const writtenBefore = new Map<Role, ReadonlyMap<string, string>>();
  return (role) => {
    const spent = new Map(readDurable(pair, role).budgets.map((row) => [row.epoch, row.spent]));
    for (const [epoch, before] of spentBefore.get(role) ?? [])
      expect(spent.get(epoch) ?? 0n, `${role}, spent of ${epoch}`).toBeGreaterThanOrEqual(before);
    const written = readWritten(pair, role);
    for (const [name, before] of writtenBefore.get(role) ?? [])
      expect(written.get(name), `${role}, ${name}`).toBe(before);
    spentBefore.set(role, spent);
    writtenBefore.set(role, written);
  };
}
