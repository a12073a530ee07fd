// The two-party exchange of VDAF section 5.7.1 and its encodings.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import {
  decodePingPong,
  encodePingPong,
  helperRespond,
  leaderFinish,
  leaderInit,
  type PingPongMessage,
} from "../../../src/protocol/vdaf/ping-pong.ts";
import { build, bytes, ctx, examples, verifyKey } from "./support.ts";

const nonce = bytes("nonce", 16);
const refused = expect.objectContaining({ code: "invalid_message" });

test.each<[PingPongMessage, string]>([
  [{ type: "initialize", verifierShare: fromHex("0102") }, "00000000020102"],
  [{ type: "continue", verifierMessage: fromHex("ff"), verifierShare: fromHex("0102") }, "0100000001ff000000020102"],
  [{ type: "finish", verifierMessage: fromHex("") }, "0200000000"],
])("%o on the wire", (message, wire) => {
  expect(toHex(encodePingPong(message))).toBe(wire);
  expect(decodePingPong(fromHex(wire))).toEqual(message);
});

test.each(["", "00", "0300000000", "020000000000", "000000000301", "01000000010000000000ff"])(
  "%s is refused",
  (wire) => {
    expect(() => decodePingPong(fromHex(wire))).toThrow(refused);
  },
);

describe.each(examples)("$parameters.type", ({ parameters, measurement }) => {
  const prio3 = build(parameters);
  const sample = fc.sample(measurement, { numRuns: 1, seed: 3 })[0];
  const { publicShare, inputShares } = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
  const report = (id: number) => ({ verifyKey, ctx, nonce, publicShare, inputShare: inputShares[id] as Uint8Array });

  test("leader and helper end with the output shares, the leader's state kept as bytes", () => {
    const opening = leaderInit(prio3, report(0));
    const stored = prio3.encodeState(opening.state);
    const answer = helperRespond(prio3, report(1), opening.message);
    const leaderOutput = leaderFinish(prio3, prio3.decodeState(stored), answer.message);
    const direct = [0, 1].map((id) => prio3.verifyInit(verifyKey, ctx, id, nonce, publicShare, report(id).inputShare));
    expect([leaderOutput, answer.outputShare].map(toHex)).toEqual(direct.map(({ state }) => toHex(state.outputShare)));
    expect(() => prio3.decodeState(stored.subarray(1))).toThrow(refused);
  });

  test("messages out of turn are refused", () => {
    const opening = leaderInit(prio3, report(0));
    const answer = helperRespond(prio3, report(1), opening.message);
    expect(() => helperRespond(prio3, report(1), answer.message)).toThrow(refused);
    expect(() => leaderFinish(prio3, opening.state, opening.message)).toThrow(refused);
  });

  test("a spoiled opening is rejected by the helper", () => {
    const opening = leaderInit(prio3, report(0)).message.slice();
    opening[6] = (opening[6] as number) ^ 1;
    expect(() => helperRespond(prio3, report(1), opening)).toThrow(
      expect.objectContaining({ code: "verification_failed" }),
    );
  });
});

test("ping-pong is for two aggregators", () => {
  const prio3 = build({ type: "Prio3Count" }, 3);
  const { publicShare, inputShares } = prio3.shard(ctx, true, nonce, bytes("rand", prio3.randLength));
  const report = { verifyKey, ctx, nonce, publicShare, inputShare: inputShares[0] as Uint8Array };
  expect(() => leaderInit(prio3, report)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});
