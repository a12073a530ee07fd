// What an operator does after a loss, and how to see that the services go on.
import { expect, vi } from "vitest";
import { acknowledgeCommand } from "../../src/cli/ledger/acknowledge.ts";
import type { Pair, Role } from "../support/processes.ts";
import { readDurable } from "./durable.ts";
import { ask, collect, newDevices, openRelease, question, someMembers, syncAll, truthOf } from "./members.ts";

/** @returns what the command said */
export async function acknowledge(pair: Pair, role: Role, reason?: string): Promise<string> {
  const said: string[] = [];
  const writing = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  try {
    await acknowledgeCommand(role, pair.configFile(role), reason);
  } finally {
    writing.mockRestore();
  }
  return said.join("");
}

export const spentBy = (pair: Pair, role: Role) =>
  new Map(readDurable(pair, role).budgets.map(({ epoch, spent }) => [epoch, spent]));

/** A question from asking to release, after all that happened. */
export async function goesOn(pair: Pair, daysMin: number): Promise<void> {
  const { task } = await ask(pair, { ...question, daysMin });
  const devices = await newDevices(pair, { members: someMembers(9) });
  await syncAll(devices.clients);
  const release = openRelease(await collect(pair, task));
  expect(release.values).toEqual(truthOf(release, devices.members));
}
