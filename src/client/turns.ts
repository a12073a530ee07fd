// In which rounds of a training with correlated noise this device takes part: in one of `separation`, always the same, by a coin of its
// own. What it took part in is noted before its report is made, and kept when everything is erased; so however its secret changes, two
// of its parts are never closer than the stream's price was computed for.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { takesPart } from "../learning/device/coins.ts";
import type { TaskStream } from "../learning/plan/training/stream.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { StreamPaid } from "./report-job.ts";
import { entry, readJson } from "./state.ts";

interface Turn {
  /** The last round of this device's, from 0 on. */
  readonly last: number;
  /** Unix seconds: the stream takes no reports from then on. */
  readonly until: number;
}

/** After a stream's end, clocks included, what was noted of it is of no use. */
const KEEP_SECONDS = 7 * 86_400;

const turnOf = (key: string) => `turn/${key}`;

/**
 * Notes that the device takes part in this round.
 * @param run names the training in all of its rounds @param now Unix seconds
 * @throws PacelineError conflict where another round is this device's turn
 */
export async function takeTurn(
  store: DeviceStore,
  { key, round, plan, until }: TaskStream,
  { secret, run, now }: { readonly secret: Uint8Array; readonly run: string; readonly now: number },
): Promise<void> {
  const name = turnOf(toBase64Url(key));
  const known = await store.get(name);
  const turn = await readJson<Turn>(store, name);
  // The same round may be asked again, where it came to nothing: an aggregator adds up one of them.
  const apart = turn === undefined || round === turn.last || round >= turn.last + plan.separation;
  if (!apart || !takesPart(secret, utf8(run), plan.separation, round))
    fail(
      "conflict",
      `in this training another round is this device's turn: it takes part in one of ${plan.separation}`,
    );
  await store.transaction({
    put: [entry(name, { last: round, until })],
    delete: await ended(store, now),
    expect: [[name, known]],
  });
}

/** Of the stream: the weeks and years that have paid for it here. */
export async function paidFor(store: DeviceStore, { key }: Pick<TaskStream, "key">): Promise<StreamPaid> {
  const row = `stream/${toBase64Url(key)}`;
  return { row, epochs: (await readJson<string[]>(store, row)) ?? [] };
}

async function ended(store: DeviceStore, now: number): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const name of await store.keys("turn/")) {
    const turn = await readJson<Turn>(store, name);
    if (turn !== undefined && turn.until + KEEP_SECONDS < now) gone.push(name, name.replace("turn/", "stream/"));
  }
  return gone;
}
