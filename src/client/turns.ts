// A device's part in a training with correlated noise, whose rounds are paid together: in one round of `separation`, always the same,
// by a coin of its own. What it took part in is noted, and all rounds are paid, before its first report is made; both are kept when
// everything is erased. So however its secret changes, two of its parts are never closer than the stream's price was computed for.
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { isoWeek, isoWeeksTouched } from "../base/calendar.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { takesPart } from "../learning/device/coins.ts";
import { decodeTraining } from "../learning/plan/training/manifest.ts";
import type { TaskStream } from "../learning/plan/training/stream.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Manifest } from "../task/manifest.ts";
import type { Settings } from "./options.ts";
import { capOf, entry, keys, readJson } from "./state.ts";
import type { Time } from "./time.ts";

interface Turn {
  /** The last round of this device's, from 0 on. */
  readonly last: number;
  /** Whether its own ledger was charged. */
  readonly paid: boolean;
  /** Unix seconds: the stream takes no reports from then on. */
  readonly until: number;
}

const DAY = 86_400;
const DAY_MS = DAY * 1000;
/** After a stream's end, clocks included, what was noted of it is of no use. */
const KEEP_SECONDS = 7 * DAY;
const TRIES = 3;

/**
 * Notes that the device takes part in this round, and charges its own ledger for all rounds if it was not.
 * @param secret of the member or, without one, of this device
 * @returns "0" when the stream is paid; undefined where a cap leaves no room: each part is then charged by itself, in full
 * @throws PacelineError manifest_refused where another round is this device's turn, unavailable while others write
 */
export async function takeTurn(
  settings: Settings,
  time: Pick<Time, "passed">,
  manifest: Manifest,
  stream: TaskStream,
  secret: Uint8Array,
): Promise<"0" | undefined> {
  for (let left = TRIES; left > 0; left--)
    try {
      return await once(settings, time, manifest, stream, secret);
    } catch (error) {
      // Another sync of this device was first, in another task's debit.
      if (!isPacelineError(error) || error.code !== "conflict") throw error;
    }
  return fail("unavailable", "the device's ledger is in use");
}

async function once(
  settings: Settings,
  time: Pick<Time, "passed">,
  manifest: Manifest,
  stream: TaskStream,
  secret: Uint8Array,
) {
  const { store, platform } = settings;
  const { key, round, plan, until } = stream;
  const today = Math.floor(platform.clock.now() / DAY_MS);
  const name = `turn/${toBase64Url(key)}`;
  const known = await store.get(name);
  const turn = await readJson<Turn>(store, name);
  // The same round may be asked again, where it came to nothing: an aggregator adds up one of them.
  const apart = turn === undefined || round === turn.last || round >= turn.last + plan.separation;
  if (!apart || !takesPart(secret, utf8(runOf(manifest)), plan.separation, round))
    fail(
      "manifest_refused",
      `another round of this training is this device's turn: it takes part in one of ${plan.separation}`,
    );
  const charged = turn?.paid ? [] : await charges(settings, manifest, stream, today);
  const paid = charged !== undefined;
  const rows = charged ?? [];
  await store.transaction({
    put: [entry(name, { last: round, paid, until }), ...rows.map(({ put }) => put)],
    delete: await over(store, time),
    expect: [[name, known], ...rows.map(({ expect }) => expect)],
  });
  return paid ? "0" : undefined;
}

function runOf({ source }: Manifest): string {
  return source.kind === "model-update"
    ? decodeTraining(source.training).run
    : fail("internal", "a stream is a training");
}

/** What all rounds cost, in every week and year of the stream: as the services book it, and in the week of this device's clock. */
async function charges(settings: Settings, { window, rho }: Manifest, { opens, until }: TaskStream, today: number) {
  const weeks = new Set([
    ...isoWeeksTouched(window.start, window.end - 1),
    ...isoWeeksTouched(Math.floor(opens / DAY), Math.floor((until - 1) / DAY)),
    isoWeek(today),
  ]);
  const rows = [];
  for (const epoch of [...weeks, ...new Set([...weeks].map((week) => week.slice(0, 4)))]) {
    const name = keys.epoch(epoch);
    const before = await settings.store.get(name);
    const spent = BigInt((await readJson<string>(settings.store, name)) ?? "0") + BigInt(rho);
    if (spent > capOf(settings, epoch)) return undefined;
    rows.push({ put: entry(name, `${spent}`), expect: [name, before] as const });
  }
  return rows;
}

/** A clock that jumps ahead makes no turn be forgotten: the device could take part too soon then, or pay twice. */
async function over(store: DeviceStore, time: Pick<Time, "passed">): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const name of await store.keys("turn/")) {
    const turn = await readJson<Turn>(store, name);
    if (turn !== undefined && time.passed((turn.until + KEEP_SECONDS) * 1000)) gone.push(name);
  }
  return gone;
}
