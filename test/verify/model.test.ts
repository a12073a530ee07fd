// A model's file against the bundles of the rounds that trained it, two of them through both services.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { replay } from "../../src/cli/model/replay.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import {
  decodeModelFile,
  decodeModelFiles,
  encodeModelFile,
  type ModelFile,
} from "../../src/learning/plan/model/file.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import type { TrainingManifest } from "../../src/learning/plan/training/manifest.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { nodeCrypto } from "../../src/platform/node/crypto.ts";
import { epsilonOfRho } from "../../src/privacy/accounting/zcdp.ts";
import { population } from "../../src/simulate/index.ts";
import { encodeBundle } from "../../src/task/bundle.ts";
import { modelOfRounds, verifyModel } from "../../src/verify/model.ts";
import { inProcess } from "../cli/spawned.ts";
import { bundleOf } from "../support/bundles.ts";
import { newCluster } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";

const tanh = { kind: "dense", units: 2, activation: "tanh" } as const;
const decodedTrainings = () => [training] as const;
const failed = expect.objectContaining({ code: "verification_failed" });

async function trained(
  rounds: number,
  change: Partial<TrainingDraft> = {},
  /** What a coordinator that lies writes in the manifests of later rounds. */
  alter: (tasks: readonly string[]) => Partial<TrainingManifest> = () => ({}),
) {
  const cluster = newCluster();
  const { coordinator, keyrings } = cluster;
  const keys = { register: keyrings.coordinator.signer.publicKey, helper: keyrings.helper.signer.publicKey };
  const members = population({ seed: "model", members: 6, lastDay });
  const draft = attendanceDraft({ metrics: ["steps", "visits"], rounds, rhoPerRound: "0.02" });
  const cohort = { expected: members.length, least: 5, most: members.length };
  const { run } = await coordinator.trainings.begin({ ...draft, cohort, end: formatDay(lastDay), ...change });
  const clients = members.map((member) => cluster.client(member));
  for (const client of clients) await client.consent.grant("model-training");
  const tasks: string[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const client of clients) await client.sync();
    const { round: open } = await coordinator.trainings.one(run);
    if (round + 1 < rounds) tasks.push(open.task as string);
    await cluster.coordinatorStore.transaction(async (rows) => {
      const row = await rows.training(run);
      if (row === undefined) throw new Error("it was begun");
      const state = JSON.parse(row.state);
      await rows.putTraining({
        ...row,
        state: JSON.stringify({ ...state, training: { ...state.training, ...alter(tasks) } }),
      });
    });
    expect(await coordinator.trainings.advanceAll()).toEqual([]);
  }
  const view = await coordinator.trainings.one(run);
  const bundles: string[] = [];
  for (const { task } of view.rounds) bundles.push(encodeBundle(await coordinator.bundle(fromBase64Url(task))));
  const document = await coordinator.trainings.model(run);
  const { training, weights } = decodeModel(document);
  return { bundles, keys, training, document, weights: Float32Array.from(weights) };
}

const { bundles, keys, weights, training, document } = await trained(2);
const { file } = await modelOfRounds(nodeCrypto, bundles, { weights, made: 1_700_000_000_000, keys });
const text = encodeModelFile(file);
/** The same file with another card, hashes and form as they have to be. */
const withCard = (change: Partial<ModelFile["card"]>) =>
  encodeModelFile({ ...file, card: { ...file.card, ...change } as ModelFile["card"] });

test("the card follows from the rounds", () => {
  const { card } = file;
  expect(card).toMatchObject({ name: training.name, title: training.title, outputs: [training.title] });
  expect(card.privacy).toMatchObject({ unit: "installation", trustMode: "two-aggregators", rho: "40000000" });
  expect(card.privacy?.epsilon).toBe(epsilonOfRho(0.04, card.privacy?.delta as number));
  expect(card.training).toMatchObject({ run: training.run, rounds: [{}, {}] });
  expect(card.features).toEqual(training.features);
});

describe("a model's file", () => {
  test("verifies with all of its bundles, in any order", async () => {
    for (const order of [bundles, [...bundles].reverse()]) {
      const verified = await verifyModel(nodeCrypto, text, order, keys);
      expect(verified.file).toEqual(await decodeModelFile(nodeCrypto, text));
      expect(verified.rho).toBe(40_000_000n);
    }
  });

  test.each<[string, Partial<ModelFile["card"]>]>([
    [
      "less privacy loss than there was",
      { privacy: { ...(file.card.privacy as never as object), epsilon: 0.1 } as never },
    ],
    ["less ρ", { privacy: { ...(file.card.privacy as never as object), rho: "1" } as never }],
    ["no privacy loss", { privacy: null }],
    ["another feature's definition", { features: [...file.card.features].reverse() }],
    ["another title", { title: "something else" }],
    ["another label", { label: null }],
    ["another run", { training: { run: "A".repeat(22), rounds: file.card.training?.rounds ?? [] } }],
  ])("that claims %s is found out", async (_, change) => {
    await expect(verifyModel(nodeCrypto, withCard(change), bundles, keys)).rejects.toEqual(failed);
  });

  test("with a round left out of its card, or a bundle not given, changed or of another training, does not", async () => {
    const [first, second] = bundles as [string, string];
    const rounds = file.card.training?.rounds ?? [];
    const shorter = (from: number, to: number) =>
      withCard({ training: { run: training.run, rounds: rounds.slice(from, to) } });
    for (const [model, given] of [
      [text, [first]],
      [text, [first, second, second]],
      [text, []],
      [text, [first, second.replace('"index":', '"index": ')]],
      [text, [first, (await bundleOf("training")).text]],
      [shorter(1, 2), [second]],
      [shorter(0, 1), [first, second]],
      [shorter(0, 1), [first]],
      [shorter(0, 0), []],
      [withCard({ training: null }), bundles],
    ] as const)
      await expect(verifyModel(nodeCrypto, model, given, keys)).rejects.toEqual(failed);
  });

  test("with a round whose training says that it was given up does not", async () => {
    const contradicting = await trained(2, {}, ([task]) => ({ abandoned: [task as string] }));
    const { bundles: given, weights: made, keys: own } = contradicting;
    const model = modelOfRounds(nodeCrypto, given, { weights: made, made: 1, keys: own });
    await expect(model).rejects.toMatchObject({ message: expect.stringContaining("says was given up") });
  });

  test("under other keys does not", async () => {
    await expect(verifyModel(nodeCrypto, text, bundles, { ...keys, helper: keys.register })).rejects.toEqual(failed);
  });

  test("is not made of questions, nor of nothing", async () => {
    const question = await bundleOf("question");
    const made = { weights, made: 0 };
    await expect(modelOfRounds(nodeCrypto, [question.text], made)).rejects.toEqual(failed);
    await expect(modelOfRounds(nodeCrypto, [], made)).rejects.toEqual(failed);
  });
});

const folder = mkdtempSync(join(tmpdir(), "paceline-model-"));
afterAll(() => rmSync(folder, { recursive: true }));
const put = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const model = put("model.json", text);
const files = bundles.map((bundle, i) => put(`round-${i}.json`, bundle));
const own = ["--register-key", toBase64Url(keys.register), "--helper-key", toBase64Url(keys.helper)];

describe("paceline verify", () => {
  test("takes a model with its rounds, and says what is left to trust", async () => {
    const { code, out } = await inProcess(["verify", model, ...own, "--round", ...files]);
    expect(code).toBe(0);
    expect(out).toMatch(/^attendance: verified under the keys you gave$/m);
    expect(out).toMatch(/ρ = 0\.04, which is ε = [\d.]+ at δ/);
    expect(out).toMatch(/^proved$[\s\S]*The weights follow from seeded ones[\s\S]*^trusted$/m);
    const { out: json } = await inProcess(["verify", model, "--json", "--round", ...files]);
    expect(JSON.parse(json)).toMatchObject({ verified: true, rho: "0.04", rounds: [{ rho: "0.02" }, { rho: "0.02" }] });
  });

  test("what paceline model writes verifies, in one file and in two", async () => {
    const out = join(folder, "written.json");
    const { code, out: said } = await inProcess(["model", ...files, "--out", out, ...own]);
    expect([code, said]).toEqual([0, expect.stringMatching(/of 2 rounds; ρ = 0\.04, ε = [\d.]+ at δ = /)]);
    expect((await inProcess(["verify", out, ...own, "--round", ...files])).code).toBe(0);
    const parts = join(folder, "parts");
    const { out: json } = await inProcess(["model", ...files, "--out", parts, "--split", "--json"]);
    const read = {
      "model.json": Uint8Array.from(readFileSync(join(parts, "model.json"))),
      "weights.bin": Uint8Array.from(readFileSync(join(parts, "weights.bin"))),
    };
    expect((await decodeModelFiles(nodeCrypto, read)).card).toEqual(JSON.parse(json).card);
    const missing = await inProcess(["model", files[1] as string, "--out", out]);
    expect([missing.code, missing.err]).toEqual([76, expect.stringMatching(/all rounds must be there, in order/)]);
  });

  test("finds out weights that are not the rounds', and believes them where it cannot compute them again", async () => {
    const other = await modelOfRounds(nodeCrypto, bundles, { weights: weights.map((w) => w + 0.001), made: 0, keys });
    const lie = put("lie-weights.json", encodeModelFile(other.file));
    const { code, err } = await inProcess(["verify", lie, "--round", ...files]);
    expect([code, err]).toEqual([76, expect.stringMatching(/weights are not what its rounds' releases make/)]);
    // Nobody can say what they follow from who has not their seed.
    const [first] = decodedTrainings();
    const moved = { ...first, architecture: { ...first.architecture, layers: [tanh] } } as TrainingManifest;
    const replayed = await replay({ rounds: [], trainings: [moved] }, "another");
    expect(replayed).toEqual({ because: expect.stringMatching(/another seed/) });
    const given = join(folder, "given.json");
    const model = put("document.json", document);
    expect((await inProcess(["model", ...files, "--out", given, "--model", model])).code).toBe(0);
    expect((await inProcess(["verify", given, "--round", ...files])).code).toBe(0);
  });

  test("tells of rounds that were given up, as the manifests name them", async () => {
    const honest = await trained(2, {}, () => ({ abandoned: ["A".repeat(43)] }));
    const whole = await modelOfRounds(nodeCrypto, honest.bundles, { weights: honest.weights, made: 1 });
    expect(await replay(whole)).toEqual({ weights: honest.weights });
    const rounds = honest.bundles.map((bundle, i) => put(`given-up-${i}.json`, bundle));
    const { out } = await inProcess([
      "verify",
      put("given-up.json", encodeModelFile(whole.file)),
      "--round",
      ...rounds,
    ]);
    expect(out).toContain("1 more rounds were asked and given up");
  });

  test("without rounds claims nothing", async () => {
    const { code, out } = await inProcess(["verify", model]);
    expect([code, out]).toEqual([0, expect.stringMatching(/Nothing of how it was trained is proved/)]);
    const { out: json } = await inProcess(["verify", model, "--json"]);
    expect(JSON.parse(json)).toMatchObject({ verified: false, card: { name: "attendance" } });
  });

  test("ends with a reason where something does not hold", async () => {
    const less = await inProcess(["verify", model, "--round", files[0] as string]);
    expect([less.code, less.err]).toEqual([76, expect.stringMatching(/round 2 of 2 was not given/)]);
    const lied = await inProcess(["verify", put("lie.json", withCard({ title: "x" })), "--round", ...files]);
    expect([lied.code, lied.err]).toEqual([76, expect.stringMatching(/what the card says of title/)]);
    const bundle = await inProcess(["verify", files[0] as string, "--round", ...files]);
    expect(bundle.code).toBe(64);
  });
});

describe("files that were mixed up", () => {
  test("is not made of weights that its bundles are not of, and what was there before stays", async () => {
    const other = put("other.json", (await trained(1, { name: "other" })).document);
    const ours = JSON.parse(document);
    const moved = put(
      "moved.json",
      JSON.stringify({ ...ours, weights: JSON.parse(readFileSync(other, "utf8")).weights }),
    );
    const out = put("kept.json", "kept");
    for (const [what, rounds, says] of [
      [other, files, "another training than the bundles'"],
      [put("document.json", document), files.slice(0, 1), "after 2 rounds, and 1 bundles were given"],
      [moved, files, "other weights than it says"],
      [model, files, "no model as its coordinator has it"],
      [files[0] as string, files, "no model as its coordinator has it"],
    ] as const)
      expect(await inProcess(["model", ...rounds, "--model", what, "--out", out])).toMatchObject({
        ...{ code: 65, out: "", err: expect.stringContaining(says) },
      });
    expect(readFileSync(out, "utf8")).toBe("kept");
    const nowhere = join(folder, "none", "model.json");
    for (const [to, ...split] of [[folder], [nowhere], [out, "--split"], [join(out, "in"), "--split"]] as const)
      expect(await inProcess(["model", ...files, "--out", to, ...split])).toMatchObject({
        ...{ code: 64, err: expect.stringContaining("--out: ") },
      });
  });

  test("in two files verifies as they lie beside each other", async () => {
    const parts = join(folder, "two");
    await inProcess(["model", ...files, "--out", parts, "--split"]);
    const beside = join(parts, "model.json");
    expect((await inProcess(["verify", beside, ...own, "--round", ...files])).out).toContain("verified under the keys");
    expect((await inProcess(["verify", beside])).out).toContain("Nothing of how it was trained is proved");
    writeFileSync(join(parts, "weights.bin"), new Uint8Array(4));
    expect(await inProcess(["verify", beside])).toMatchObject({ code: 65 });
    rmSync(join(parts, "weights.bin"));
    expect((await inProcess(["verify", beside])).err).toContain("weights are missing");
  });

  test("says which of the bundles is of no round of it, or none", async () => {
    const foreign = put("foreign.json", (await bundleOf("question")).text);
    const one = await inProcess(["verify", model, "--round", files[1] as string, foreign]);
    expect([one.code, one.err]).toEqual([76, expect.stringContaining("number 2 of those that were given")]);
    const none = await inProcess([
      "model",
      files[0] as string,
      put("none.json", "{}"),
      "--out",
      join(folder, "none.out"),
    ]);
    expect([none.code, none.err]).toEqual([65, expect.stringContaining("bundle 2 of 2: this is no release bundle")]);
  });
});
