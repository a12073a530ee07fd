// The ping-pong topology (VDAF section 5.7.1) for two aggregators and one round: leader sends `initialize`, helper answers
// `finish`, leader concludes. `continue` is decoded but belongs to VDAFs with more rounds.
import { equalBytes } from "../../base/bytes.ts";
import { fail, isPacelineError, type PacelineError } from "../../base/errors.ts";
import type { VerifyState } from "./messages.ts";
import type { Prio3 } from "./prio3.ts";

/** Bytes of a length. */
const LENGTH_SIZE = 4;

export type PingPongMessage =
  | { readonly type: "initialize"; readonly verifierShare: Uint8Array }
  | { readonly type: "continue"; readonly verifierMessage: Uint8Array; readonly verifierShare: Uint8Array }
  | { readonly type: "finish"; readonly verifierMessage: Uint8Array };

export function encodePingPong(message: PingPongMessage): Uint8Array {
  switch (message.type) {
    case "initialize":
      return encode(0, message.verifierShare);
    case "continue":
      return encode(1, message.verifierMessage, message.verifierShare);
    case "finish":
      return encode(2, message.verifierMessage);
  }
}

/** A type and opaque<0..2^32-1> parts: two messages a report, so without the general Writer and Reader. */
function encode(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(1 + parts.reduce((sum, part) => sum + LENGTH_SIZE + part.length, 0));
  out[0] = type;
  let at = 1;
  for (const part of parts) {
    for (let k = 0; k < LENGTH_SIZE; k++) out[at + k] = part.length >>> (24 - 8 * k);
    out.set(part, at + LENGTH_SIZE);
    at += LENGTH_SIZE + part.length;
  }
  return out;
}

/** Parts are views of the message. @throws PacelineError invalid_message */
export function decodePingPong(bytes: Uint8Array): PingPongMessage {
  const type = bytes[0];
  if (type === undefined || type > 2) fail("invalid_message", `ping-pong message of unknown type ${type ?? "(empty)"}`);
  const first = opaque(bytes, 1);
  let end = 1 + LENGTH_SIZE + first.length;
  const second = type === 1 ? opaque(bytes, end) : undefined;
  if (second !== undefined) end += LENGTH_SIZE + second.length;
  if (end !== bytes.length) fail("invalid_message", `ping-pong message: ${bytes.length - end} bytes too many`);
  if (second !== undefined) return { type: "continue", verifierMessage: first, verifierShare: second };
  return type === 0 ? { type: "initialize", verifierShare: first } : { type: "finish", verifierMessage: first };
}

function opaque(bytes: Uint8Array, at: number): Uint8Array {
  let length = 0;
  for (let k = 0; k < LENGTH_SIZE; k++) length = 256 * length + (bytes[at + k] ?? 0);
  const from = at + LENGTH_SIZE;
  if (from + length > bytes.length)
    fail("invalid_message", `ping-pong message of ${bytes.length} bytes where ${from + length} belong`);
  return bytes.subarray(from, from + length);
}

/** What an aggregator knows about one report. */
export interface ReportInput {
  readonly verifyKey: Uint8Array;
  readonly ctx: Uint8Array;
  readonly nonce: Uint8Array;
  readonly publicShare: Uint8Array;
  readonly inputShare: Uint8Array;
}

type AnyPrio3 = Pick<
  Prio3<never, unknown>,
  "shares" | "sizes" | "verifyInit" | "verifierSharesToMessage" | "verifyNext"
>;

function init(prio3: AnyPrio3, id: 0 | 1, report: ReportInput) {
  if (prio3.shares !== 2) fail("invalid_argument", `ping-pong is for 2 aggregators, not ${prio3.shares}`);
  return prio3.verifyInit(report.verifyKey, report.ctx, id, report.nonce, report.publicShare, report.inputShare);
}

/** The leader's opening. Keep `state` (see Prio3.encodeState), send `message`. */
export function leaderInit(prio3: AnyPrio3, report: ReportInput): { state: VerifyState; message: Uint8Array } {
  const { state, verifierShare } = init(prio3, 0, report);
  return { state, message: encodePingPong({ type: "initialize", verifierShare }) };
}

/**
 * The leader takes the helper's part of the joint randomness from the public share and will refuse the report at its last
 * step if that is false, when the helper has already kept its output share. Both would then hold different batches: one
 * client could keep a task from being collected. So the helper, which can compute its part, refuses first.
 */
function checkOwnPart(seed: number, publicShare: Uint8Array, verifierShare: Uint8Array): void {
  if (!equalBytes(publicShare.subarray(seed), verifierShare.subarray(verifierShare.length - seed)))
    fail("verification_failed", "the public share of a report does not hold the helper's part");
}

/**
 * The helper's only step.
 * @throws PacelineError verification_failed or invalid_message: the report is rejected
 */
export function helperRespond(
  prio3: AnyPrio3,
  report: ReportInput,
  leaderMessage: Uint8Array,
): { message: Uint8Array; outputShare: Uint8Array } {
  const opening = decodePingPong(leaderMessage);
  if (opening.type !== "initialize")
    fail("invalid_message", `ping-pong message "${opening.type}" where "initialize" belongs`);
  const { state, verifierShare } = init(prio3, 1, report);
  const seed = prio3.sizes.verifierMessage;
  if (seed > 0) checkOwnPart(seed, report.publicShare, verifierShare);
  const verifierMessage = prio3.verifierSharesToMessage(report.ctx, [opening.verifierShare, verifierShare]);
  const outputShare = prio3.verifyNext(state, verifierMessage);
  return { message: encodePingPong({ type: "finish", verifierMessage }), outputShare };
}

/** The leader's end: its output share. @throws PacelineError verification_failed or invalid_message */
export function leaderFinish(prio3: AnyPrio3, state: VerifyState, helperMessage: Uint8Array): Uint8Array {
  const answer = decodePingPong(helperMessage);
  if (answer.type !== "finish") fail("invalid_message", `ping-pong message "${answer.type}" where "finish" belongs`);
  return prio3.verifyNext(state, answer.verifierMessage);
}

/** Whether an error says that a report is bad. A key of the wrong size, say, is nothing that a report could be blamed for. */
export function blamesReport(error: unknown): error is PacelineError {
  return isPacelineError(error) && (error.code === "invalid_message" || error.code === "verification_failed");
}

/**
 * Any of these steps for every report of a batch, in order. A bad report is refused alone: the others' results are what they
 * would be without it, and however a batch is cut into several.
 * @throws PacelineError what no report can be blamed for
 */
export function eachReport<Report, Result>(
  reports: readonly Report[],
  step: (report: Report) => Result,
): (Result | PacelineError)[] {
  return reports.map((report) => {
    try {
      return step(report);
    } catch (error) {
      if (blamesReport(error)) return error;
      throw error;
    }
  });
}
