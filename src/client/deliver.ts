// Sending what is queued. An aggregator that has a report already has it: a repeat is a success, unless the first try says
// that another device of this member answered.

import { decodeProblem } from "../api/problem.ts";
import { isPacelineError } from "../base/errors.ts";
import { uploadError, uploadRequest } from "../report/upload.ts";
import { inForce } from "./in-force.ts";
import type { Settings } from "./options.ts";
import { entry, keys, type Participation, readJson } from "./state.ts";
import type { Watched } from "./watched.ts";

/** What became of a report that this device made. */
export interface Delivery {
  readonly outcome: "sent" | "queued" | "rejected";
  readonly task: string;
  readonly name: string;
  readonly isNull: boolean;
  /** Why the report was empty, in plain words; known to this device alone. */
  readonly nullBecause?: string;
  /** Why it waits, or was not taken. */
  readonly why?: string;
}

/** Problems that say the report itself will not be taken, now or later. */
const FINAL: ReadonlySet<string> = new Set(["invalid_message", "unknown_task", "task_expired", "body_too_large"]);

/** Of a report whose id another device of the member made too; withdrawals.ts knows it by its beginning. */
const ANSWERED_ELSEWHERE = "another device of this member answered";

export async function deliver(settings: Settings, transport: Watched, queued: Participation): Promise<Delivery> {
  const { task } = queued;
  const report = await settings.store.get(keys.queue(task));
  if (report === undefined) return deliveryOf(queued, "sent");
  const { store, coordinatorUrl, memberSecret } = settings;
  const consent = await inForce(store, queued.purpose);
  if (consent?.number !== queued.consent) return deliveryOf(queued, "queued", "withdrawn or paused");
  let refused: string | null = null;
  let status: number;
  try {
    const response = await transport.send(uploadRequest(coordinatorUrl, task, [report]));
    status = response.status;
    if (status >= 300) {
      const problem = decodeProblem(response.status, response.body);
      // A captive portal's page, or a service in trouble, is not an answer about the report: it stays queued.
      if (status >= 500 || !FINAL.has(problem.code)) throw problem;
      refused = problem.code;
    } else refused = uploadError(response) ?? null;
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    transport.failed();
    return deliveryOf(queued, "queued", error.message);
  }
  if (refused === "report_replayed")
    refused = memberSecret !== undefined && (await departures(settings, task)) === 1 ? ANSWERED_ELSEWHERE : null;
  await store.transaction({
    put: [
      ...(refused === null ? [] : [entry(keys.participation(task), { ...queued, refused })]),
      ...transport.answered(task, status),
    ],
    delete: [keys.queue(task)],
  });
  return refused === null ? deliveryOf(queued, "sent") : deliveryOf(queued, "rejected", refused);
}

function deliveryOf(queued: Participation, outcome: Delivery["outcome"], why?: string): Delivery {
  const { task, name, nullBecause } = queued;
  const isNull = nullBecause !== null;
  return { outcome, task, name, isNull, ...(isNull && { nullBecause }), ...(why !== undefined && { why }) };
}

/** How often a report of this task left, the one that was just answered among them. */
async function departures({ store }: Settings, task: string): Promise<number> {
  return (await store.keys("left/")).filter((key) => key.split("/")[2] === task).length;
}

/** Reports that were queued and did not arrive; from a random one on, so that none that always fails keeps the others back. */
export async function resend(settings: Settings, transport: Watched): Promise<readonly Delivery[]> {
  const results: Delivery[] = [];
  const waiting = await settings.store.keys("queue/");
  const first = (settings.platform.entropy.bytes(1)[0] as number) % (waiting.length || 1);
  for (const key of [...waiting.slice(first), ...waiting.slice(0, first)]) {
    const queued = await readJson<Participation>(settings.store, keys.participation(key.slice("queue/".length)));
    if (queued === undefined) continue;
    // Withdrawn: nothing more leaves, not even what was queued before.
    if ((await inForce(settings.store, queued.purpose))?.number !== queued.consent) continue;
    results.push(await deliver(settings, transport, queued));
  }
  return results;
}
