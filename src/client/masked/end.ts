// The end of a round on this device, whatever way it came: its secrets are deleted, and what stays is what the member's log tells. A
// vector may be leaving from another page meanwhile. So the row goes first, without which no page sends anything; then it is known for
// good whether the vector has left, and the log is told. What a kill leaves in between has no secrets, and is ended by the next sync.
import { fail, isPacelineError } from "../../base/errors.ts";
import type { DeviceStore } from "../../ports/device-store.ts";
import type { Before } from "../prune.ts";
import { entry, keys, type Participation, readAll, readJson } from "../state.ts";
import type { SyncResult } from "../sync.ts";
import { SKEW_MAX_MS } from "../time.ts";
import {
  type EndingRow,
  encodeRow,
  type InvitedRow,
  invitedKey,
  type MaskedRow,
  maskedKey,
  type RoundRow,
  vectorKey,
} from "./rows.ts";

export const TIME_OVER = "the round's time was over";

/** @param because why nothing of this device is in a sum; undefined where there is one and it may be @throws PacelineError conflict */
export async function endRound(
  store: DeviceStore,
  row: Pick<MaskedRow, "task" | "state"> | EndingRow,
  because: string | undefined,
  expect: readonly (readonly [string, Uint8Array | undefined])[],
): Promise<SyncResult> {
  const { task } = row;
  if (because === undefined && "state" in row)
    await store.transaction({ put: [], delete: [maskedKey(task), row.state, vectorKey(row)], expect });
  else await close(store, row, because ?? "", expect);
  const { name = "", nullBecause = null } = (await readJson<Participation>(store, keys.participation(task))) ?? {};
  const isNull = nullBecause !== null;
  return {
    ...{ outcome: because === undefined ? "sent" : "rejected", task, name, isNull },
    ...(isNull && { nullBecause }),
    ...(because !== undefined && { why: because }),
  };
}

async function close(
  store: DeviceStore,
  row: Pick<MaskedRow, "task" | "state"> | EndingRow,
  because: string,
  expect: readonly (readonly [string, Uint8Array | undefined])[] = [],
): Promise<void> {
  const { task } = row;
  const ending: EndingRow = "because" in row ? row : { task, because };
  if ("state" in row)
    await store.transaction({
      put: [[maskedKey(task), encodeRow(ending)]],
      delete: [row.state, vectorKey(row)],
      expect,
    });
  for (let left = TRIES; !(await tellEnd(store, ending)); left--)
    if (left === 0) fail("conflict", "another page writes about this round all the time");
}

/** @returns false when another page wrote about the round meanwhile */
async function tellEnd(store: DeviceStore, { task, because }: EndingRow): Promise<boolean> {
  const key = keys.participation(task);
  const before = await store.get(key);
  const told = await readJson<Participation>(store, key);
  // What has left may be in a sum, whatever came after.
  const stands = told === undefined || told.refused !== null || (await departed(store, told));
  const put = stands ? [] : [entry(key, { ...told, refused: because })];
  try {
    await store.transaction({ put, delete: [maskedKey(task)], expect: [[key, before]] });
    return true;
  } catch (error) {
    if (!isPacelineError(error) || error.code !== "conflict") throw error;
    return false;
  }
}

const TRIES = 5;

/** What an erased or withdrawn device says of a round whose vector had not left. */
const LEFT_BEFORE = "the consent was withdrawn before anything of your days left";

/**
 * Leaves every round: secrets are deleted, and nothing more is said. A vector that has left stays in the sum if the others finish it.
 * @throws PacelineError conflict when another page writes about the same round: again, it ends what is left
 */
export async function leaveRounds(store: DeviceStore): Promise<void> {
  const invited = await store.keys(invitedKey(""));
  if (invited.length > 0) await store.transaction({ put: [], delete: invited });
  for (const row of await readAll<RoundRow>(store, maskedKey(""))) await close(store, row, LEFT_BEFORE);
}

/**
 * Ends what no sync goes on with, where no registrar is pinned any more or nothing may be sent: rounds that are over by the device's
 * clock and any coordinator's, and what a kill left half ended.
 * @param now milliseconds since 1970, by the device's clock
 */
export async function sweepRounds(store: DeviceStore, now: number): Promise<void> {
  const isOver = (closes: number) => now >= closes * 1000 + SKEW_MAX_MS;
  const invited = (await readAll<InvitedRow>(store, invitedKey(""))).filter(({ closes }) => isOver(closes));
  if (invited.length > 0) await store.transaction({ put: [], delete: invited.map(({ task }) => invitedKey(task)) });
  for (const row of await readAll<RoundRow>(store, maskedKey(""))) {
    const told = await readJson<Participation>(store, keys.participation(row.task));
    if ("state" in row && !isOver(told?.closes ?? 0)) continue;
    // Another page is at it.
    await close(store, row, TIME_OVER, "state" in row ? [[maskedKey(row.task), encodeRow(row)]] : []).catch(
      (error: unknown) => {
        if (!isPacelineError(error) || error.code !== "conflict") throw error;
      },
    );
  }
}

interface Line {
  readonly part?: string;
}

/** Whether the contribution itself is in the log, where it is noted before it leaves, or may have been in what is no longer told. */
async function departed(store: DeviceStore, { task, queuedAt }: Participation): Promise<boolean> {
  const before = await readJson<Before>(store, keys.before);
  if (before !== undefined && before.to >= queuedAt) return true;
  for (const key of await store.keys("left/")) {
    if (key.split("/")[2] !== task) continue;
    if ((await readJson<Line>(store, key))?.part === undefined) return true;
  }
  return false;
}
