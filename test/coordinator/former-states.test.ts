// Trainings that were begun before rounds could overlap: their rows are read, and they go on to the same bits.
// `states/version-1.json` is what such a coordinator wrote, to the byte, of trainings through both services.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { replay } from "../../src/cli/model/replay.ts";
import { decodeState } from "../../src/coordinator/training/state.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { encodeBundle } from "../../src/task/bundle.ts";
import { verifyRounds } from "../../src/verify/model.ts";
import type { Cluster } from "../support/cluster.ts";
import { formerState, putBack } from "../support/former-state.ts";
import { maskedDraft } from "../support/masked.ts";
import { begun, run as runMasked, standing } from "../support/masked-standing.ts";
import { HOUR, overlapping } from "../support/overlap.ts";
import { clocked, consenting, sendAll, streamDraft } from "../support/stream-cluster.ts";

const written: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("./states/version-1.json", import.meta.url), "utf8"),
);
const asked = expect.stringMatching(/^[\w-]{43}$/);

describe("a row of the former version", () => {
  test.each([
    ["open", "running", [[1, asked, 0]], 2],
    ["open in its second round", "running", [[2, asked, 0]], 3],
    ["asked, and not written down", "running", [[1, null, 0]], 2],
    ["waiting to be asked again", "running", [[1, null, 1]], 2],
    ["stopped", "stopped", [[2, asked, 0]], 3],
    ["stalled", "stalled", [], 1],
    ["ended", "ended", [], 4],
    ["a stream", "running", [[2, asked, 0]], 3],
    ["masked", "running", [[1, asked, 0]], 2],
    ["masked, stopped", "stopped", [[1, asked, 0]], 2],
  ] as const)("%s", async (name, phase, open, next) => {
    const row = written[name] ?? "";
    const state = decodeState(row);
    expect(state).toMatchObject({ version: 2, phase, again: [] });
    expect(state.open.map(({ training, task, attempts }) => [training.round.number, task, attempts])).toEqual(open);
    expect(state.training.round.number).toBe(next);
    // Nothing of it is lost, and this is how the other tests come by such rows.
    expect(await formerState(state)).toBe(row);
  });

  test("each that was written is looked at", () => expect(Object.keys(written)).toHaveLength(10));
});

/** Its weights follow from its rounds' bundles alone, by the function that a training which was never converted goes by. */
async function sameBits({ coordinator }: Cluster, run: string, rounds: number): Promise<void> {
  const view = await coordinator.trainings.one(run);
  expect(view).toMatchObject({ phase: "ended", because: "all rounds are done" });
  expect(view.rounds).toHaveLength(rounds);
  const bundles = await Promise.all(
    view.rounds.map(async ({ task }) => encodeBundle(await coordinator.bundle(fromBase64Url(task)))),
  );
  const { weights } = decodeModel(await coordinator.trainings.model(run));
  expect(Math.hypot(...weights)).toBeGreaterThan(0);
  expect(await replay(await verifyRounds(nodeCrypto, bundles))).toEqual({ weights });
}

describe("put back before every step, a training goes on to the same model", () => {
  /** Kills the service once, when it has asked so many rounds. */
  async function former(killAt = 0) {
    let asked = 0;
    const at = await overlapping(
      { rounds: 3, overlap: undefined },
      {
        passing: (point) => {
          if (point === "coordinator:round-published" && ++asked === killAt) throw new Error("killed");
        },
      },
      false,
    );
    return {
      ...at,
      go: async (some = at.clients) => {
        expect(await putBack(at.cluster)).toBe(1);
        return await at.go(some);
      },
    };
  }

  test("its rounds open, one without a quorum, stopped and gone on with", async () => {
    const { cluster, trainings, run, view, pass, go } = await former();
    expect(await go()).toEqual([]);
    pass(2 * HOUR);
    expect(await go([])).toEqual([]);
    expect(await view()).toMatchObject({ round: { number: 2, attempts: 1 }, abandoned: [{ number: 2 }] });
    await putBack(cluster);
    await trainings.steer(run, { action: "stop" });
    await putBack(cluster);
    await trainings.steer(run, { action: "resume" });
    for (let step = 0; step < 2; step++) expect(await go()).toEqual([]);
    await sameBits(cluster, run, 3);
    expect((await view()).rhoSpent).toBe("0.12");
  });

  test.each([
    ["asked first", 1],
    ["asked again", 2],
  ] as const)("killed before it was written down that a round was %s", async (_, killAt) => {
    const { cluster, run, view, pass, go } = await former(killAt);
    if (killAt === 2) {
      pass(2 * HOUR);
      expect(await go([])).toHaveLength(1);
    }
    for (let step = 0; step < 4; step++) expect(await go()).toEqual([]);
    await sameBits(cluster, run, 3);
    // The same task, paid once.
    const { debits } = await cluster.coordinator.ledger();
    expect([debits.length, (await view()).rhoSpent]).toEqual(killAt === 1 ? [3, "0.09"] : [4, "0.12"]);
  });

  test("stalled, and gone on with", async () => {
    const { cluster, trainings, run, view, pass, go } = await former();
    for (let time = 0; time < 3; time++) {
      pass(2 * HOUR);
      expect(await go([])).toEqual([]);
    }
    expect(await view()).toMatchObject({ phase: "stalled", round: { number: 1, attempts: 0 } });
    await putBack(cluster);
    await trainings.steer(run, { action: "resume" });
    for (let step = 0; step < 3; step++) expect(await go()).toEqual([]);
    await sameBits(cluster, run, 3);
  });

  test("ended, it stays so", async () => {
    const { cluster, trainings, run, view, go } = await former();
    for (let step = 0; step < 3; step++) expect(await go()).toEqual([]);
    const ended = await view();
    expect(await go()).toEqual([]);
    expect(await view()).toEqual(ended);
    await putBack(cluster);
    await expect(trainings.steer(run, { action: "resume" })).rejects.toMatchObject({ code: "conflict" });
    await sameBits(cluster, run, 3);
  });

  test("taken back, a round that was asked and not written down is given up", async () => {
    const { cluster, trainings, run, go } = await former(2);
    expect(await go()).toHaveLength(1);
    expect((await cluster.coordinator.ledger()).debits).toHaveLength(2);
    await putBack(cluster);
    const back = await trainings.steer(run, { action: "rollback", to: 1 });
    expect(back.abandoned).toMatchObject([{ number: 2 }]);
    await expect(cluster.coordinator.collect(fromBase64Url(back.abandoned[0]?.task as string))).rejects.toMatchObject({
      code: "conflict",
    });
    for (let step = 0; step < 2; step++) expect(await go()).toEqual([]);
    expect(await trainings.one(run)).toMatchObject({ phase: "ended", rounds: [{}, { number: 2 }, { number: 3 }] });
  });

  test("with noise that is correlated over its rounds", async () => {
    const setting = clocked();
    const { cluster, trainings, pass } = setting;
    const { run } = await trainings.begin(streamDraft({ rounds: 4 }));
    const clients = await consenting(cluster, run);
    for (let round = 0; round < 4; round++) {
      await putBack(cluster);
      await sendAll(clients);
      pass(2 * HOUR);
      expect(await trainings.advanceAll()).toEqual([]);
    }
    await sameBits(cluster, run, 4);
    expect((await trainings.one(run)).rhoSpent).toBe("0.2");
  });

  test("masked; stopped, its round ended, and it is asked again", async () => {
    const at = await standing({}, maskedDraft({ rounds: 2 }));
    const { trainings } = at.cluster.coordinator;
    await putBack(at.cluster);
    await trainings.steer(at.run, { action: "stop" });
    await putBack(at.cluster);
    expect(await trainings.steer(at.run, { action: "resume" })).toMatchObject({ round: { attempts: 1 } });
    for (let round = 0; round < 2; round++) {
      await putBack(at.cluster);
      const { members } = await begun(at, 8);
      await putBack(at.cluster);
      await runMasked(at, members);
      await at.advance();
    }
    await sameBits(at.cluster, at.run, 2);
  });
});
