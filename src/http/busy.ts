// Another service that takes nothing now, and says for how long.
import { PacelineError } from "../base/errors.ts";
import type { TransportResponse } from "../ports/transport.ts";
import { decodeDapProblem } from "./dap-problem.ts";

export class BusyPeer extends PacelineError {
  readonly retryAfterMs: number;

  constructor(code: "unavailable" | "rate_limited", detail: string, retryAfterMs: number, hint?: string) {
    super(code, detail, hint === undefined ? {} : { hint });
    this.retryAfterMs = retryAfterMs;
  }
}

/** @returns undefined where it is no 429 or 503, or names no time */
export function busyPeer({ status, headers, body }: TransportResponse): BusyPeer | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const ms = retryAfterOf(headers);
  if (ms === undefined) return undefined;
  const { message, hint } = decodeDapProblem(status, body);
  return new BusyPeer(status === 429 ? "rate_limited" : "unavailable", message, ms, hint);
}

/** Milliseconds, of seconds or a moment (RFC 9110 section 10.2.3); undefined where nothing of the kind is said. */
export function retryAfterOf(headers: TransportResponse["headers"]): number | undefined {
  const said = headers["retry-after"] ?? "";
  // A moment is told by the clock of whoever names it.
  const ms = /^\d{1,9}$/.test(said) ? 1000 * Number(said) : Date.parse(said) - Date.parse(headers.date ?? "");
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
