// The ping-pong topology (VDAF section 5.7.1) for two aggregators and one round: leader sends `initialize`, helper answers
// `finish`, leader concludes. `continue` is decoded but belongs to VDAFs with more rounds.
import { equalBytes } from "../../base/bytes.ts";
import { decode, Writer } from "../../base/codec.ts";
import { fail } from "../../base/errors.ts";
import type { Prio3, VerifyState } from "./prio3.ts";

export type PingPongMessage =
  | { readonly type: "initialize"; readonly verifierShare: Uint8Array }
  | { readonly type: "continue"; readonly verifierMessage: Uint8Array; readonly verifierShare: Uint8Array }
  | { readonly type: "finish"; readonly verifierMessage: Uint8Array };

export function encodePingPong(message: PingPongMessage): Uint8Array {
  switch (message.type) {
    case "initialize":
      return new Writer().u8(0).opaque32(message.verifierShare).done();
    case "continue":
      return new Writer().u8(1).opaque32(message.verifierMessage).opaque32(message.verifierShare).done();
    case "finish":
      return new Writer().u8(2).opaque32(message.verifierMessage).done();
  }
}

/** @throws PacelineError invalid_message */
export function decodePingPong(bytes: Uint8Array): PingPongMessage {
  return decode(bytes, "ping-pong message", (reader): PingPongMessage => {
    const type = reader.u8();
    if (type === 0) return { type: "initialize", verifierShare: reader.opaque32() };
    if (type === 1) return { type: "continue", verifierMessage: reader.opaque32(), verifierShare: reader.opaque32() };
    if (type === 2) return { type: "finish", verifierMessage: reader.opaque32() };
    return fail("invalid_message", `ping-pong message of unknown type ${type}`);
  });
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
  checkOwnPart(prio3.sizes.verifierMessage, report.publicShare, verifierShare);
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
