// Reports that left and are taken back: each is told to both aggregators until both have answered. Loaded when something was withdrawn.
import { decodeProblem } from "../api/problem.ts";
import { fromUtf8, utf8 } from "../base/bytes.ts";
import { isPacelineError } from "../base/errors.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { TransportResponse } from "../ports/transport.ts";
import { type Purpose, purposeNames } from "../task/purposes.ts";
import { leaveRounds, sweepRounds } from "./masked/end.ts";
import type { Settings } from "./options.ts";
import { entry, keys, type Participation, type Pending, readJson } from "./state.ts";
import type { TakenBack, Withdrawn } from "./taken-back.ts";
import { type Watched, watched } from "./watched.ts";

/** "nothing": the aggregator knows no such task. */
type Said = "withdrawn" | "stands" | "nothing" | null;

/** All that is needed to take a report back; of its content there is nothing in it. */
interface Row {
  readonly task: string;
  /** base64url */
  readonly secret: string;
  readonly purpose: Purpose;
  readonly closes: number;
  /** Whether it surely left. One that was still queued may have. */
  readonly left: boolean;
  readonly leader: Said;
  readonly helper: Said;
}

/** Why a report that was sealed never left. */
const NEVER_LEFT = "the consent was withdrawn before it left";

/**
 * Forgets the bytes of reports that wait and were sealed under this consent or an earlier one, and notes that what left is to be taken
 * back; that a task was answered, and what it cost, stays. The same again changes nothing.
 */
export async function takeBack(store: DeviceStore, purpose: Purpose, number: number): Promise<void> {
  // First, so that what goes on at this moment finds its round gone.
  if (purpose === "model-training") await leaveRounds(store);
  for (const key of await store.keys("task/")) while (!(await takeBackOne(store, key, purpose, number)));
  await forgetUnsent(store);
  await dropPending(store, purpose);
  await store.transaction({ put: [], delete: [keys.withdrawn(purpose)] });
}

/** @returns false when another tab changed it in between */
async function takeBackOne(store: DeviceStore, key: string, purpose: Purpose, number: number): Promise<boolean> {
  const now = await store.get(key);
  const one = await readJson<Participation>(store, key);
  if (now === undefined || one === undefined || one.purpose !== purpose || one.consent > number) return true;
  const queue = keys.queue(one.task);
  const queued = await store.get(queue);
  const { secret, ...rest } = one;
  const counts = one.refused === null || one.refused.startsWith("another device");
  if (queued === undefined && (secret === undefined || !counts)) return true;
  const row = secret === undefined ? undefined : { ...rest, secret, left: queued === undefined };
  try {
    await store.transaction({
      put: [
        entry(key, { ...rest, refused: queued === undefined ? one.refused : NEVER_LEFT }),
        ...(row === undefined ? [] : [entry(keys.withdrawal(one.task), rowOf(row))]),
      ],
      delete: queued === undefined ? [] : [queue],
      expect: [
        [key, now],
        [queue, queued],
      ],
    });
    return true;
  } catch (error) {
    if (!isPacelineError(error) || error.code !== "conflict") throw error;
    return false;
  }
}

const rowOf = ({ task, secret, purpose, closes, left }: Omit<Row, "leader" | "helper">): Row => ({
  ...{ task, secret, purpose, closes, left },
  ...{ leader: null, helper: null },
});

/** A body is noted before it leaves, and only while its report is queued: what is not in the log by now never left. */
async function forgetUnsent(store: DeviceStore): Promise<void> {
  // Lines that were added up may have been about it.
  const pruned = (await store.get(keys.before)) !== undefined;
  const left = new Set((await store.keys("left/")).map((key) => key.split("/")[2]));
  for (const [key, row] of await rowsIn(store)) {
    if (row.left) continue;
    const departed = pruned || left.has(row.task);
    await store.transaction({
      put: departed ? [entry(key, { ...row, left: true })] : [],
      delete: departed ? [] : [key],
    });
  }
}

async function rowsIn(store: DeviceStore): Promise<readonly (readonly [string, Row])[]> {
  const rows: (readonly [string, Row])[] = [];
  for (const key of await store.keys("withdrawal/")) {
    const row = await readJson<Row>(store, key);
    if (row !== undefined) rows.push([key, row]);
  }
  return rows;
}

/**
 * What sync() does: ends what a crash, or a page that went, left half done, and tells the aggregators of it.
 * @param quiet what keeps anything from being sent now, if something does: then only what is over is ended
 */
export async function goOnTakingBack(settings: Settings, quiet: unknown): Promise<readonly Withdrawn[]> {
  await sweepRounds(settings.store, settings.platform.clock.now());
  if (quiet) return [];
  for (const purpose of purposeNames) {
    const number = await readJson<number>(settings.store, keys.withdrawn(purpose));
    if (number !== undefined) await takeBack(settings.store, purpose, number);
  }
  return await tellAggregators(settings);
}

/**
 * Tells both aggregators of everything that is taken back and was not answered. Failures wait for the next time.
 * @param only what is returned; everything when left out
 */
export async function tellAggregators(settings: Settings, only?: Purpose): Promise<readonly Withdrawn[]> {
  const { store, platform } = settings;
  /** By an aggregator's own word: a clock that jumps ahead makes nothing be forgotten. */
  let said = 0;
  const parties = [
    ["leader", settings.coordinatorUrl, watched(settings)],
    ["helper", settings.helperUrl, watched(settings)],
  ] as const;
  const results: Withdrawn[] = [];
  for (const [key, before] of await rowsIn(store)) {
    let row = before;
    for (const [party, url, transport] of parties) {
      if (!url || row[party] !== null || transport.isDown()) continue;
      const { answer, date, noted } = await tell(url, transport, row);
      said = Math.max(said, date);
      row = { ...row, [party]: answer };
      await store.transaction({ put: [entry(key, row), ...noted], delete: [] });
    }
    const both = [row.leader, row.helper];
    // One that took it out is enough: no batch is released that both do not agree on.
    const outcome = both.includes("withdrawn") ? "withdrawn" : "stands";
    const done = !both.includes(null) || Math.min(said, platform.clock.now()) > row.closes * 1000 + OVER_MS;
    if (done) await finish(store, key, row, outcome);
    results.push({ outcome: done ? outcome : "withdrawing", task: row.task, purpose: row.purpose });
  }
  return results.filter(({ purpose }) => only === undefined || purpose === only);
}

const ANSWER_BYTES_MAX = 4096;
/** How long after its end a task is surely over for every party, an uncollected one too. */
const OVER_MS = 91 * 86_400_000;

async function tell(url: string, transport: Watched, { task, secret }: Row) {
  try {
    const response = await transport.send({
      method: "POST",
      url: `${url}/v1/tasks/${task}/withdrawals`,
      headers: { "content-type": "application/json" },
      body: utf8(JSON.stringify({ secret })),
      responseBytesMax: ANSWER_BYTES_MAX,
    });
    const answer = answerIn(response);
    if (answer === null) transport.failed();
    const date = Date.parse(response.headers.date ?? "") || 0;
    return { answer, date, noted: transport.answered("", response.status) };
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    transport.failed();
    return { answer: null, date: 0, noted: [] };
  }
}

/** What else says 200 is a page in between. */
function answerIn({ status, body }: TransportResponse): Said {
  if (status !== 200) return decodeProblem(status, body).code === "unknown_task" ? "nothing" : null;
  const text = fromUtf8(body).trim();
  return text === '{"stands":false}' ? "withdrawn" : text === '{"stands":true}' ? "stands" : null;
}

/** What is left is how it ended, where the member's own device still tells of the report. */
async function finish(store: DeviceStore, key: string, { task }: Row, takenBack: TakenBack): Promise<void> {
  const name = keys.participation(task);
  const now = await store.get(name);
  const one = await readJson<Participation>(store, name);
  const told = one !== undefined && one.what !== "";
  try {
    await store.transaction({
      put: told ? [entry(name, { ...one, takenBack })] : [],
      delete: [key],
      expect: [[name, now]],
    });
  } catch (error) {
    // Another tab is at it: it is told once more, which changes nothing.
    if (!isPacelineError(error) || error.code !== "conflict") throw error;
  }
}

/** Questions that wait for their moment: a new consent reads the register anew. */
async function dropPending(store: DeviceStore, purpose: Purpose): Promise<void> {
  const gone: string[] = [];
  for (const key of await store.keys("pending/"))
    if ((await readJson<Pending>(store, key))?.purpose === purpose) gone.push(key);
  if (gone.length > 0) await store.transaction({ put: [], delete: [...gone, keys.read] });
}
