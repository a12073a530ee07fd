// Rounds that overlap are asked one after the other and paid together: what keeps some of them from being asked is said before anything
// is spent, where it can be known by then, and in the training's view otherwise. Its run is never lost.
import { expect, test } from "vitest";
import { fail } from "../../src/base/errors.ts";
import { newCluster, noNoise, urls } from "../support/cluster.ts";
import { maskedDraft, newRegistrarKey } from "../support/masked.ts";
import { overlapDraft, overlapping } from "../support/overlap.ts";

const nothing = { phase: "running", rounds: [], abandoned: [] };

test.each([
  ["additive", overlapDraft(), 70_000_000n, 90_000_000n],
  ["of which there are fewer than may be open", overlapDraft({ rounds: 2 }), 50_000_000n, 60_000_000n],
  ["masked", maskedDraft({ rounds: 4, overlap: 3 }), 70_000_000n, 90_000_000n],
])("rounds that this coordinator cannot pay together begin no training: %s", async (_, draft, short, enough) => {
  const at = (epochCap: bigint) => newCluster({ noise: noNoise, registrar: newRegistrarKey(), terms: { epochCap } });
  const refusing = at(short).coordinator;
  await expect(refusing.trainings.begin(draft)).rejects.toMatchObject({
    code: "budget_exhausted",
    message: expect.stringMatching(/coordinator's ledger .* at one time cost 0\.0[69]/),
    hint: expect.stringContaining("overlap"),
  });
  expect(await refusing.trainings.all()).toEqual([]);
  expect((await refusing.ledger()).debits).toEqual([]);
  const begun = await at(enough).coordinator.trainings.begin(draft);
  expect(begun).toMatchObject({ ...nothing, because: null });
  expect(begun.overlap?.open.every(({ task }) => task !== null)).toBe(true);
});

test("what only the helper's ledger cannot pay is in the view, and what was asked goes on", async () => {
  const { trainings, run, view, go, closed, cluster } = await overlapping({}, { policy: { epochCap: 70_000_000n } });
  const because = expect.stringMatching(/tries it again: the helper's ledger .* this costs 0\.03/);
  const begun = {
    ...nothing,
    because,
    rhoSpent: "0.06",
    overlap: { open: [{ number: 1 }, { number: 2 }, { task: null }] },
  };
  expect(await view()).toMatchObject(begun);
  expect(await trainings.all()).toMatchObject([begun]);
  await trainings.steer(run, { action: "stop" });
  expect(await view()).toMatchObject({ phase: "stopped", because: "stopped by its operator" });
  expect(await trainings.steer(run, { action: "resume" })).toMatchObject(begun);
  // Whoever asks for a step now is told that it was not taken.
  await expect(trainings.steer(run, { action: "advance" })).rejects.toMatchObject({ code: "budget_exhausted" });
  expect(await go()).toEqual([expect.stringContaining("the helper's ledger")]);
  expect(await closed()).toEqual([
    [1, 0],
    [2, 1],
  ]);
  expect(await trainings.steer(run, { action: "rollback", to: 1 })).toMatchObject({
    ...{ phase: "running", because, rollbacks: 1, rhoSpent: "0.06" },
  });
  expect((await cluster.coordinator.ledger()).debits).toHaveLength(2);
});

test("a helper that goes away as a training begins: it is there, and says so until it has gone on", async () => {
  let away = false;
  const { trainings, view, open } = await overlapping(
    {},
    {
      passing: (point) => {
        away ||= point === "coordinator:training-begun";
      },
      between: (send) => async (request) => {
        if (away && request.url.startsWith(urls.helper)) fail("unavailable", "the helper is away");
        return await send(request);
      },
    },
  );
  const begun = {
    ...nothing,
    because: expect.stringContaining("tries it again"),
    rhoSpent: "0",
    round: { task: null },
  };
  expect(await view()).toMatchObject(begun);
  expect(await trainings.advanceAll()).toHaveLength(1);
  expect(await view()).toMatchObject(begun);
  away = false;
  expect(await trainings.advanceAll()).toEqual([]);
  expect(await view()).toMatchObject({ ...nothing, because: null, rhoSpent: "0.09" });
  expect(await open()).toHaveLength(3);
});

test("what is no refusal, but a fault of this service, is thrown", async () => {
  const passing = (point: string) => {
    if (point === "coordinator:round-published") throw new Error("killed");
  };
  const { trainings } = newCluster({ noise: noNoise, passing }).coordinator;
  await expect(trainings.begin(overlapDraft())).rejects.toThrow("killed");
  expect(await trainings.all()).toMatchObject([{ because: expect.stringContaining("its log") }]);
});
