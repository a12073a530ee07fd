// Reading the public register within bounds: what a coordinator shows costs this device a bounded number of requests and
// bytes a sync, whatever it is. A device asks only for what came after what it has seen, so that no news costs next to nothing.
import { decodeProblem } from "../api/problem.ts";
import { TASKS_PATH } from "../api/tasks-path.ts";
import { fromUtf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Transport } from "../ports/transport.ts";
import type { Time } from "./time.ts";

/** Envelopes as they came: each is still to be read. */
export interface Page {
  readonly tasks: readonly unknown[];
  /** Where the next page begins; empty: from the start. */
  readonly next: string;
  /** Of its body. */
  readonly bytes: number;
}

/** A page of the service holds a mebibyte at most; this leaves room for others. */
const PAGE_BYTES_MAX = 2 * 1024 * 1024;
const CURSOR_MAX = 200;
/** Brackets and commas of a page: what they enclose takes many times their bytes. A page of thousands of tasks has fewer. */
const STRUCTURE_MAX = 32_768;

/** @throws PacelineError unavailable, or invalid_message for what is no page, or a larger one than is read */
export async function readPage(
  transport: Transport,
  coordinatorUrl: string,
  after: string,
  time: Pick<Time, "heard">,
): Promise<Page> {
  const response = await transport.send({
    method: "GET",
    url: `${coordinatorUrl}${TASKS_PATH}${after === "" ? "" : `?after=${encodeURIComponent(after)}`}`,
    headers: { accept: "application/json" },
    responseBytesMax: PAGE_BYTES_MAX,
  });
  time.heard(response);
  if (response.body.length > PAGE_BYTES_MAX)
    fail("body_too_large", `a page of the register has more than ${PAGE_BYTES_MAX} bytes`);
  if (response.status >= 300) throw decodeProblem(response.status, response.body);
  let page: unknown;
  try {
    page = structureOf(response.body) > STRUCTURE_MAX ? undefined : JSON.parse(fromUtf8(response.body));
  } catch (cause) {
    fail("invalid_message", "the register did not answer in JSON", { cause });
  }
  const { tasks, next } = (typeof page === "object" && page !== null ? page : {}) as Partial<Page>;
  if (!Array.isArray(tasks) || typeof next !== "string" || next.length > CURSOR_MAX)
    return fail("invalid_message", "the register answered with no page of tasks");
  return { tasks, next, bytes: response.body.length };
}

/** Counted before anything is built of them; a page of tasks has none within its strings. */
function structureOf(body: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count++;
  }
  return count;
}
