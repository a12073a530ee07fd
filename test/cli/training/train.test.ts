// paceline train against both services in processes of their own: from a file to a model, and what it says to what is wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { decodeModel } from "../../../src/learning/plan/training/model.ts";
import { syncAll } from "../../e2e/members.ts";
import type { Pair } from "../../support/processes.ts";
import { newPupils, newTrainingPair, trainingDraft } from "../../support/training-pair.ts";
import { inProcess, typed } from "../spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-train-"));
const file = (name: string) => join(folder, name);
const cleanups: (() => unknown)[] = [];
let pair: Pair;

beforeAll(async () => {
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  pair = await newTrainingPair({ onTestFinished: (end: () => unknown) => void cleanups.push(end) } as never, {
    // More than the helper's.
    coordinator: { rhoPerEpoch: "5" },
  });
  await Promise.all([pair.start("coordinator"), pair.start("helper")]);
  await typed(["login", pair.coordinator.url, "--token-stdin"], pair.coordinator.token);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const end of cleanups) await end();
  rmSync(folder, { recursive: true, force: true });
});

test("what is wrong is said before anything is spent", async () => {
  writeFileSync(file("wrong.json"), JSON.stringify({ ...trainingDraft(), clip: -1 }));
  writeFileSync(
    file("odd.json"),
    JSON.stringify({ ...trainingDraft(), label: { ...trainingDraft().label, value: "salary" } }),
  );
  const said = async (...args: string[]) => (await inProcess(["train", ...args])).err;
  expect(await said()).toContain("--manifest");
  expect(await said("--manifest", file("nowhere.json"))).toContain("cannot be read");
  expect(await said("--manifest", file("wrong.json"))).toContain("the training's clip is wrong");
  expect(await said("--manifest", file("odd.json"))).toContain('unknown metric "salary"');
  expect(await said("--manifest", file("odd.json"), "--rounds", "x")).toContain('--rounds is "x"');
  expect(await said("stop", "nothing")).toContain('no training is called "nothing"');
  expect(await said("stop", "-Ab_DE")).toContain('no training is called "-Ab_DE"');
  expect((await inProcess(["train", "status"])).out).toContain("No training has begun");
  for (const flag of ["model", "svg", "bundles"])
    expect((await inProcess(["train", "status", `--${flag}`, file("out")])).err).toContain(`--${flag} is wanted`);
  const budgets: { readonly coordinator: { readonly epochs: readonly { readonly spent: string }[] } } = JSON.parse(
    (await inProcess(["budget", "--json"])).out,
  );
  expect(budgets.coordinator.epochs.every(({ spent }) => Number(spent) === 0)).toBe(true);
});

test("begins, is followed to its model and its accuracy, stopped and taken back", async () => {
  const evaluation = { heldOut: 0.4, losses: [0.5, 1] };
  writeFileSync(file("training.json"), JSON.stringify(trainingDraft({ evaluation })));
  const clients = await newPupils(pair);
  const run = typed(
    [
      ...["train", "--manifest", file("training.json"), "--rounds", "1", "--wait", "600", "--json"],
      ...["--model", file("model.json"), "--svg", file("accuracy.svg")],
    ],
    "",
  );
  for (let left = 200; left > 0; left--) {
    await syncAll(clients);
    const { out } = await inProcess(["train", "status", "--json"]);
    const [view] = JSON.parse(out).trainings;
    if (view !== undefined && view.phase !== "running") break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const { code, out, err } = await run;
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining(file("model.json")) });
  const [round, view] = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(round).toMatchObject({ number: 1, rho: "0.03", metric: { accuracy: expect.any(Number) } });
  expect(view).toMatchObject({ phase: "ended", rhoSpent: "0.03", round: { of: 1 } });
  expect(decodeModel(readFileSync(file("model.json"), "utf8")).training.run).toBe(view.run);
  expect(readFileSync(file("accuracy.svg"), "utf8")).toContain("Accuracy on held-out members");
  const status = (await inProcess(["train", "status", "attendance"])).out;
  expect(status).toContain("ended: all rounds are done");
  expect(status).toContain("of what held-out members lived");
  const back = await inProcess(["train", "rollback", view.run.slice(0, 6), "--to", "1", "--json"]);
  expect(JSON.parse(back.out)).toMatchObject({ phase: "ended", rollbacks: 1, round: { number: 1 } });
  expect((await inProcess(["train", "resume", "attendance"])).err).toContain("has ended");
  const again = await inProcess(["train", "--manifest", file("training.json"), "--json"]);
  const { run: other } = JSON.parse(again.out);
  expect((await inProcess(["train", "stop", other.slice(0, 6)])).out).toContain("stopped by its operator");
  expect(await inProcess(["train", "resume", other.slice(0, 6)])).toMatchObject({
    ...{ code: 0, out: expect.stringContaining("is open") },
  });
  // One round of it, and then nobody can be asked for the next.
  await syncAll(clients);
  const closed = await inProcess(["train", "resume", other, "--json"]);
  expect(JSON.parse(closed.out)).toMatchObject({ rounds: [{ number: 1 }], round: { number: 2 } });
  await pair.stop("helper");
  const kept = {
    phase: "running",
    because: expect.stringContaining("tries it again"),
    round: { number: 2, task: null },
  };
  const taken = await inProcess(["train", "rollback", other, "--to", "1", "--json"]);
  expect({ code: taken.code, view: JSON.parse(taken.out) }).toMatchObject({ code: 0, view: { ...kept, rollbacks: 1 } });
  const resumed = await inProcess(["train", "resume", other, "--json"]);
  expect({ ...resumed, out: JSON.parse(resumed.out) }).toMatchObject({ code: 75, out: kept });
  await pair.start("helper");
  expect(await inProcess(["train", "resume", other])).toMatchObject({
    ...{ code: 0, out: expect.stringContaining("round 2 of 2 is open") },
  });
}, 240_000);

test("what the helper cannot pay of several rounds is told, with the run, and those that were asked are followed", async () => {
  const dear = trainingDraft({ name: "dear", rounds: 5, overlap: 4, rhoPerRound: "0.9" });
  writeFileSync(file("dear.json"), JSON.stringify(dear));
  const more = { ...dear, name: "dearer", overlap: 8, rounds: 8 };
  writeFileSync(file("dearer.json"), JSON.stringify(more));
  const refused = await inProcess(["train", "--manifest", file("dearer.json")]);
  expect(refused).toMatchObject({ code: 76, err: expect.stringContaining("at one time cost 7.2") });
  const { code, out } = await inProcess(["train", "--manifest", file("dear.json"), "--wait", "1", "--json"]);
  const because = expect.stringMatching(/tries it again: the helper's ledger/);
  const view = JSON.parse(out);
  expect({ code, view }).toMatchObject({ code: 0, view: { phase: "running", because, run: expect.any(String) } });
  expect(view.overlap.open.filter(({ task }: { task: string | null }) => task === null)).toHaveLength(1);
  expect((await inProcess(["train", "status", view.run])).out).toContain("running: it is kept from its next step");
});
