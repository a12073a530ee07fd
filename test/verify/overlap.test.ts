// Models of rounds that overlapped, against their bundles: the order in which releases moved the model, and how far behind each was, are
// computed again, and other ones refused.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { replay } from "../../src/cli/model/replay.ts";
import { encodeModelFile } from "../../src/learning/plan/model/file.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { nodeCrypto } from "../../src/platform/node/crypto.ts";
import { encodeBundle } from "../../src/task/bundle.ts";
import { modelOfRounds, verifyModel, verifyRounds } from "../../src/verify/model.ts";
import { inLogOrder, stepsBehind } from "../../src/verify/overlap.ts";
import { inProcess } from "../cli/spawned.ts";
import { training } from "../learning/days.ts";
import { overlapping } from "../support/overlap.ts";

const failed = expect.objectContaining({ code: "verification_failed" });

/** Bundles in the order of the training's own record, and the weights that came of them. */
async function proof({ cluster, trainings, run, view }: Awaited<ReturnType<typeof overlapping>>) {
  const bundles: string[] = [];
  for (const { task } of (await view()).rounds)
    bundles.push(encodeBundle(await cluster.coordinator.bundle(fromBase64Url(task))));
  return { bundles, weights: Float32Array.from(decodeModel(await trainings.model(run)).weights) };
}

/** The third round is collected first, the first one comes in late; then two more. */
async function honest() {
  const one = await overlapping();
  const first = await one.task(1);
  one.late.add(first);
  for (const client of one.clients) await client.sync();
  await one.cluster.coordinator.collect(fromBase64Url(await one.task(3)));
  await one.trainings.advanceAll();
  await one.go();
  one.late.clear();
  await one.go();
  expect((await one.closed()).map(([number]) => number)).toEqual([3, 2, 4, 5, 1]);
  return await proof(one);
}

const { bundles, weights } = await honest();
const whole = await modelOfRounds(nodeCrypto, bundles, { weights, made: 1 });

describe("a model of rounds that overlapped", () => {
  test("verifies, with its bundles in any order, and is computed again to the bit", async () => {
    expect(whole.behind).toEqual([0, 1, 0, 1, 4]);
    expect(await replay(whole)).toEqual({ weights });
    for (const given of [bundles, [...bundles].reverse(), [...bundles].sort()]) {
      expect((await modelOfRounds(nodeCrypto, given, { weights, made: 1 })).file).toEqual(whole.file);
      expect((await verifyModel(nodeCrypto, encodeModelFile(whole.file), given)).behind).toEqual(whole.behind);
    }
    expect(whole.rho).toBe(150_000_000n);
  });

  test("whose card has another order than the log does not", async () => {
    const { card } = whole.file;
    const rounds = [...(card.training?.rounds ?? [])];
    [rounds[0], rounds[1]] = [rounds[1] as (typeof rounds)[0], rounds[0] as (typeof rounds)[0]];
    const lied = { ...whole.file, card: { ...card, training: { run: card.training?.run ?? "", rounds } } };
    await expect(verifyModel(nodeCrypto, encodeModelFile(lied as never), bundles)).rejects.toEqual(failed);
  });

  test("without one of its rounds does not", async () => {
    for (const left of [0, 1]) {
      const fewer = verifyRounds(nodeCrypto, bundles.toSpliced(left, 1)).then((rounds) => replay(rounds));
      await expect(fewer, `without ${left}`).rejects.toEqual(failed);
    }
    // One that no other began on: other weights follow from the rest.
    const rest = await modelOfRounds(nodeCrypto, bundles.toSpliced(2, 1), { weights, made: 1 });
    expect(await replay(rest)).not.toEqual({ weights });
  });

  test("in whose rounds another weight, another order or another model was taken is computed to something else", async () => {
    const { rounds, trainings } = whole;
    // τ of the late round, as if it were of another model: no signature would hold; and what comes out is another model.
    const last = trainings.length - 1;
    const changed = trainings.map((one, i) => (i === last ? { ...one, overlap: { most: 3, steps: 3 } } : one));
    await expect(replay({ rounds, trainings: changed })).rejects.toEqual(failed);
    const swap = <T>(list: readonly T[]) => list.with(3, list[4] as T).with(4, list[3] as T);
    const other = await replay({ rounds: swap(rounds), trainings: swap(trainings) }).catch((error: unknown) => error);
    expect(other).not.toEqual({ weights });
  });
});

test("paceline verify says how far behind rounds were, and which are not among them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-overlap-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const files = bundles.map((bundle, i) => put(`round-${i}.json`, bundle));
  const model = put("model.json", encodeModelFile(whole.file));
  const { code, out } = await inProcess(["verify", model, "--round", ...files.toReversed()]);
  expect([code, out]).toEqual([0, expect.stringContaining("Up to 3 rounds were open at one time")]);
  expect(out).toContain("each 0 to 4 steps behind it");
  const part = join(folder, "part.json");
  expect((await inProcess(["model", ...files.slice(0, 2), "--out", part])).code).toBe(0);
  expect((await inProcess(["verify", part, "--round", ...files.slice(0, 2)])).out).toContain(
    "That rounds 1, which are not",
  );
  const wrong = await inProcess(["verify", part, "--round", ...files]);
  expect(wrong.code).toBe(76);
});

test("a coordinator that applies releases in another order than its log has is found out", async () => {
  const one = await overlapping();
  const { cluster, clients, run, trainings, task } = one;
  for (const client of clients) await client.sync();
  for (const number of [3, 1, 2]) await cluster.coordinator.collect(fromBase64Url(await task(number)));
  const rewrite = (change: (state: { open: { training: { round: { number: number } } }[] }) => object) =>
    cluster.coordinatorStore.transaction(async (rows) => {
      const row = await rows.training(run);
      if (row === undefined) throw new Error("it was begun");
      const state = JSON.parse(row.state);
      await rows.putTraining({ ...row, state: JSON.stringify({ ...state, ...change(state) }) });
    });
  let hidden: unknown[] = [];
  await rewrite(({ open }) => {
    hidden = open.filter(({ training: { round } }) => round.number === 3);
    return { open: open.filter(({ training: { round } }) => round.number !== 3) };
  });
  await trainings.advanceAll();
  await rewrite(({ open }) => ({ open: [...open, ...(hidden as typeof open)] }));
  await one.go();
  await one.go();
  expect((await one.closed()).map(([number]) => number)).toEqual([1, 2, 3, 4, 5]);
  const lie = await proof(one);
  const shown = verifyRounds(nodeCrypto, lie.bundles).then((rounds) => replay(rounds));
  await expect(shown).rejects.toMatchObject({
    code: "verification_failed",
    message: expect.stringContaining("did not begin on the model that 2 releases make in the log's order"),
  });
});

describe("steps behind, from manifests and log", () => {
  type Row = readonly [at: number, number: number, steps: number, rollbacks?: number, most?: number];
  const shown = (rows: readonly Row[]) =>
    rows.map(([at, number, steps, rollbacks = 0, most = 2]) => ({
      at,
      training: training({ round: { number, of: 9, rollbacks }, overlap: { most, steps } }),
    }));

  test("are those of the order in the log", () => {
    const rows: Row[] = [
      [30, 3, 1],
      [10, 1, 0],
      [20, 2, 0],
      [90, 4, 2],
    ];
    expect(stepsBehind(inLogOrder(shown(rows)))).toEqual([0, 1, 1, 1]);
    // Taken back to the model of one release, after which two were open.
    expect(
      stepsBehind(
        shown([
          [1, 1, 0],
          [2, 2, 0],
          [5, 3, 1, 1],
          [7, 4, 1, 1],
        ]),
      ),
    ).toEqual([0, 1, 0, 1]);
  });

  test.each<[string, readonly Row[], string]>([
    [
      "a round twice",
      [
        [1, 1, 0],
        [2, 1, 0],
      ],
      "as another one is",
    ],
    [
      "two releases in one place",
      [
        [1, 1, 0],
        [1, 2, 0],
      ],
      "not later in the log",
    ],
    [
      "a model that there was not yet",
      [
        [1, 1, 0],
        [2, 2, 2],
      ],
      "and 1 were made by then",
    ],
    ["a first model with steps behind it", [[1, 1, 1]], "and 0 were made by then"],
    [
      "more open than may be",
      [
        [1, 1, 0],
        [2, 2, 0],
        [3, 3, 0],
      ],
      "3 rounds were open at one time",
    ],
    [
      "more open later",
      [
        [1, 1, 0],
        [2, 2, 0],
        [3, 3, 1],
        [4, 4, 1],
      ],
      "3 rounds were open at one time",
    ],
    [
      "another most",
      [
        [1, 1, 0],
        [2, 2, 0, 0, 3],
      ],
      "says otherwise",
    ],
    [
      "a way back further than there was",
      [
        [1, 1, 0],
        [2, 2, 2, 1],
      ],
      "and had 1",
    ],
    [
      "a round of before the way back",
      [
        [1, 1, 0],
        [2, 2, 0, 1],
        [3, 3, 1, 0],
      ],
      "and comes after",
    ],
    [
      "a round that was open then",
      [
        [1, 1, 0],
        [2, 2, 1],
        [3, 3, 1, 1],
        [4, 4, 0, 1],
      ],
      "such rounds are given up",
    ],
  ])("%s is refused", (_, rows, why) => {
    expect(() => stepsBehind(shown(rows))).toThrow(failed);
    expect(() => stepsBehind(shown(rows))).toThrow(why);
  });
});
