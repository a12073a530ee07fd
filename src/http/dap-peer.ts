// Asking another DAP aggregator: a resource is created, and where it defers its answer (section 3.3), asked for until it
// is there. Creating is idempotent by the request's bytes, so what was cut off is begun again with them.
import { fail, PacelineError } from "../base/errors.ts";
import type { Transport, TransportResponse } from "../ports/transport.ts";
import { type HttpMessage, isMediaType, mediaType } from "../protocol/dap/http.ts";
import { BusyPeer, busyPeer, retryAfterOf } from "./busy.ts";
import { decodeDapProblem } from "./dap-problem.ts";

export interface PeerRequest {
  readonly url: string;
  /** PUT at the resource's own place, where the peer's framing has no POST. */
  readonly method?: "POST" | "PUT";
  /** Who asks. */
  readonly headers: Readonly<Record<string, string>>;
  readonly takes: HttpMessage;
  readonly gives: HttpMessage;
  readonly body: Uint8Array;
  /** Told of each time that the peer is busy and is asked again. */
  readonly retrying?: ((busy: BusyPeer) => void) | undefined;
}

/** What is sent is more than the peer, or a proxy before it, reads: nothing of it was looked at. */
export class PeerReadsLess extends PacelineError {}

/** What a peer asks for in one exchange, at most: who asks later begins again where it stands. */
const DEFERRED_MS_MAX = 600_000;
const WAIT_MS = { least: 10, unsaid: 1000, most: 60_000 };
/** A peer that says when it is to be asked again is, within one exchange, for so long in all: longer is for whoever asks later. */
const BUSY_MS_MAX = 12_000;

/** Asks again after what a busy peer says. @throws BusyPeer when that is too long in all */
async function patient(
  send: () => Promise<TransportResponse>,
  retrying: PeerRequest["retrying"],
): Promise<TransportResponse> {
  for (let waited = 0; ; ) {
    const busy = await send().then(
      (response) => busyPeer(response) ?? response,
      (error: unknown) => (error instanceof BusyPeer ? error : Promise.reject(error)),
    );
    if (!(busy instanceof BusyPeer)) return busy;
    const wait = Math.max(WAIT_MS.least, busy.retryAfterMs);
    waited += wait;
    if (waited > BUSY_MS_MAX) throw busy;
    retrying?.(busy);
    await pause(wait);
  }
}

/** A service that was told to stop does not wait for another: what was begun is asked for again. */
const pause = (ms: number) => new Promise((resolve) => void setTimeout(resolve, ms).unref());

/**
 * @returns the body of the finished resource
 * @throws BusyPeer when it stays busy; PacelineError the peer's own; unavailable when it defers for ten minutes; verification_failed when its answer is none
 */
export async function createAtPeer(transport: Transport, request: PeerRequest): Promise<Uint8Array> {
  const { url, method = "POST", headers, takes, gives, body, retrying } = request;
  const create = { method, url, headers: { ...headers, "content-type": mediaType(takes) }, body };
  let response = await patient(() => transport.send(create), retrying);
  let place = method === "PUT" ? url : undefined;
  let asked = url;
  for (let waited = 0; ; ) {
    if (response.status === 404 && waited > 0)
      fail("unavailable", "the other aggregator has lost what it began", { hint: "Ask again: it begins anew." });
    checkStatus(response);
    if (response.body.length > 0) {
      if (!isMediaType(response.headers["content-type"], gives))
        fail("verification_failed", `the other aggregator's answer is not of type ${mediaType(gives)}`);
      return response.body;
    }
    // A place is said relative to where it is said.
    place = placeOf(response, asked) ?? place;
    if (place === undefined) fail("verification_failed", "the other aggregator defers and does not say where");
    const wait = waitOf(response);
    waited += wait;
    if (waited > DEFERRED_MS_MAX)
      fail("unavailable", "the other aggregator still works on its answer", {
        hint: "Ask again later: what it has begun goes on.",
      });
    await pause(wait);
    asked = place;
    response = await patient(() => transport.send({ method: "GET", url: place as string, headers }), retrying);
  }
}

/** @throws PacelineError the peer's own */
function checkStatus({ status, body }: TransportResponse): void {
  if (status === 413) throw new PeerReadsLess("body_too_large", decodeDapProblem(status, body).message);
  if (status < 200 || status >= 300) throw decodeDapProblem(status, body);
}

/** Whoever asks shows a token there too, so it must be the same party's. */
function placeOf({ headers }: TransportResponse, asked: string): string | undefined {
  const { location } = headers;
  if (location === undefined) return undefined;
  const place = URL.parse(location, asked);
  if (place === null || place.origin !== new URL(asked).origin)
    fail("verification_failed", "the other aggregator defers to an address that is not its own");
  return place.href;
}

function waitOf({ headers }: TransportResponse): number {
  return Math.min(WAIT_MS.most, Math.max(WAIT_MS.least, retryAfterOf(headers) ?? WAIT_MS.unsaid));
}
