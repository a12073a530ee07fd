// The end of a round on this device, whatever way it came: its secrets are deleted, and what stays is what the member's log tells.
import type { DeviceStore } from "../../ports/device-store.ts";
import { entry, keys, type Participation, readAll, readJson } from "../state.ts";
import type { SyncResult } from "../sync.ts";
import { type MaskedRow, maskedKey } from "./rows.ts";

/** @param because why nothing of this device is in a sum; undefined where there is one and it may be @throws PacelineError conflict */
export async function endRound(
  store: DeviceStore,
  { task, state }: Pick<MaskedRow, "task" | "state">,
  because: string | undefined,
  expect: readonly (readonly [string, Uint8Array | undefined])[],
): Promise<SyncResult> {
  const key = keys.participation(task);
  const told = await readJson<Participation>(store, key);
  // What has left may be in a sum, whatever came after.
  const unsent = because !== undefined && !(await departed(store, task));
  const put = told === undefined || !unsent ? [] : [entry(key, { ...told, refused: because })];
  await store.transaction({ put, delete: [maskedKey(task), state], expect });
  const { name = "", nullBecause = null } = told ?? {};
  const isNull = nullBecause !== null;
  return {
    ...{ outcome: because === undefined ? "sent" : "rejected", task, name, isNull },
    ...(isNull && { nullBecause }),
    ...(because !== undefined && { why: because }),
  };
}

/** What an erased or withdrawn device says of a round whose vector had not left. */
const LEFT_BEFORE = "the consent was withdrawn before anything of your days left";

/** Leaves every round: secrets are deleted, and nothing more is said. A vector that has left stays in the sum if the others finish it. */
export async function leaveRounds(store: DeviceStore): Promise<void> {
  for (const { task, state } of await readAll<MaskedRow>(store, "masked/")) {
    const told = await readJson<Participation>(store, keys.participation(task));
    const unsent = told?.refused === null && !(await departed(store, task));
    const put = unsent ? [entry(keys.participation(task), { ...told, refused: LEFT_BEFORE })] : [];
    await store.transaction({ put, delete: [maskedKey(task), state] });
  }
}

interface Line {
  readonly task: string;
  readonly part?: string;
}

/** Whether the contribution itself is in the log: it is noted before it leaves. */
async function departed(store: DeviceStore, task: string): Promise<boolean> {
  for (const key of await store.keys("left/")) {
    if (key.split("/")[2] !== task) continue;
    if ((await readJson<Line>(store, key))?.part === undefined) return true;
  }
  return false;
}
