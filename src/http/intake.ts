// What all requests together may hold of a service: bytes of bodies, and answers that are being made. Whoever comes when there
// is no more gets 503 at once, with when to come again, and nothing of the body is kept. A body is charged as it arrives, so
// that nobody holds room by announcing what never comes; one that comes too slowly gets 408.
import type { IncomingMessage, ServerResponse } from "node:http";
import { encodeProblem, problemType } from "../api/problem.ts";
import { PacelineError } from "../base/errors.ts";
import { type HttpLimits, openHeaders } from "./app.ts";
import { clientOf } from "./client-address.ts";
import { ALIVE } from "./health.ts";
import { mute, refuseSlow } from "./parting.ts";
import { newPool, type Pool } from "./pool.ts";

export interface Intake {
  /** @returns whether the request goes on; it is answered when not */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
  stop(): void;
}

/** What a body is charged at once: most are smaller. */
const FIRST_BYTES = 16 * 1024;
const LOOK_MS = 500;
/** Seconds after which to come again: not everyone at the same time. */
const AGAIN = { least: 5, spread: 16 };

const refusal = encodeProblem(
  new PacelineError("unavailable", "more is asked of this service than it takes at a time", {
    hint: "Send the same again after the seconds in Retry-After.",
  }),
);

export function newIntake(limits: HttpLimits, behindProxy: boolean): Intake {
  const bytes = newPool(limits.bodiesBytesMax);
  const answers = newPool(limits.requestsMax);
  const coming = new Set<Arriving>();
  const cutSlow = setInterval(() => {
    const now = performance.now();
    for (const one of coming)
      if (isSlow(one, now, limits)) {
        coming.delete(one);
        refuseSlow(one.request, one.response);
      }
  }, LOOK_MS);
  cutSlow.unref();
  let refused = 0;
  const refuse = (response: ServerResponse) => {
    const seconds = AGAIN.least + (refused++ % AGAIN.spread);
    const headers = { ...openHeaders, "content-type": problemType, "content-length": refusal.length };
    response.writeHead(503, { ...headers, "retry-after": String(seconds) }).end(refusal);
  };

  return {
    stop: () => clearInterval(cutSlow),
    admit(request, response) {
      const client = clientOf(request, behindProxy);
      const announced = announcedBytes(request, limits.bodyBytesMax);
      if (announced > 0) {
        const arriving = { request, response, began: performance.now(), read: request.socket.bytesRead };
        coming.add(arriving);
        request.once("close", () => coming.delete(arriving));
      }
      // Whether the process lives is answered however much else is asked: a supervisor would end it for being busy.
      if (announced === 0 && request.url === ALIVE) return true;
      if (!answers.has(client, 1) || !bytes.has(client, announced)) {
        refuse(response);
        return false;
      }
      const held = { client, bytes: Math.min(announced, FIRST_BYTES), answering: false, over: false };
      bytes.take(client, held.bytes);
      // Many that came slowly may be complete at the same time: they are as many as there are connections, at most.
      const complete = () => {
        held.answering = true;
        answers.give(client, -1);
      };
      if (announced === 0) complete();
      else chargeAsItComes(request, response, held, bytes, complete, refuse);
      response.once("close", () => {
        held.over = true;
        bytes.give(client, held.bytes);
        if (held.answering) answers.give(client, 1);
      });
      return true;
    },
  };
}

interface Arriving {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly began: number;
  /** Bytes that its connection had read before. */
  readonly read: number;
}

/** What waits here unread is not late. */
function isSlow({ request, began, read }: Arriving, now: number, limits: HttpLimits): boolean {
  const ms = now - began;
  if (ms < limits.slowMsMax || request.complete || request.readableLength > 0) return false;
  return (request.socket.bytesRead - read) * 1000 < limits.bytesPerSecondMin * ms;
}

/** Of a body without a length, and of one that is larger than what anyone may send: as much as that. */
function announcedBytes({ headers }: IncomingMessage, most: number): number {
  if (headers["transfer-encoding"] !== undefined) return most;
  const length = Number(headers["content-length"] ?? 0);
  return Number.isSafeInteger(length) ? Math.min(length, most) : most;
}

interface Held {
  readonly client: string | undefined;
  bytes: number;
  /** It is answered: nothing that still comes is charged, or kept. */
  over: boolean;
}

/** Calls `complete` when the last of it has come; what there is no room for is refused, and the rest of it thrown away. */
function chargeAsItComes(
  request: IncomingMessage,
  response: ServerResponse,
  held: Held,
  pool: Pool,
  complete: () => void,
  refuse: (response: ServerResponse) => void,
): void {
  const { push } = request;
  const { writeHead } = response;
  let arrived = 0;
  let refused = false;
  // Where the parser hands over each piece, whoever reads it and whenever.
  request.push = (piece: Uint8Array | null, ...rest) => {
    if (refused) {
      if (piece === null) request.destroy();
      return true;
    }
    if (held.over) return piece === null ? push.call(request, piece, ...rest) : true;
    if (piece === null) complete();
    else {
      arrived += piece.length;
      const more = Math.max(0, arrived - held.bytes);
      if (more > 0 && !pool.take(held.client, more)) {
        refused = true;
        if (response.headersSent) request.destroy();
        else {
          response.writeHead = writeHead;
          refuse(response);
          mute(response);
        }
        return true;
      }
      held.bytes += more;
    }
    return push.call(request, piece, ...rest);
  };
}
