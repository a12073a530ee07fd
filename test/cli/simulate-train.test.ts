import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { readDraft } from "../../src/learning/plan/training/draft.ts";
import { roundTask } from "../../src/learning/server/rounds/task.ts";
import { population } from "../../src/simulate/index.ts";
import { sealEnvelope } from "../../src/task/envelope.ts";
import { encodeManifest, MANIFEST_VERSION, type Manifest } from "../../src/task/manifest.ts";
import { top } from "../house/files.ts";
import { firstRound } from "../learning/days.ts";
import { inProcess, startCommand } from "./spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-simulate-train-"));
const [table, manifest] = [join(folder, "windows.csv"), join(folder, "training.json")];
const of = ["--manifest", manifest, "--table", table, "--person", "who", "--label", "what"];
const small = ["--members", "12,300", "--epsilon", "1,8", "--repeats", "2", "--workers", "1"];

beforeAll(() => {
  const lines = Array.from(
    { length: 200 },
    (_, i) => `p${i % 15},${(i * 7) % 11},${(i % 2) * 3 + ((i * 5) % 7)},${i % 2 ? "b" : "a"}`,
  );
  writeFileSync(table, ["who,x,y,what", ...lines].join("\n"));
  writeFileSync(manifest, JSON.stringify({ title: "A or b", rounds: 3, clip: 1, local: { learningRate: 0.5 } }));
});

describe("paceline simulate train", () => {
  test("tells and draws accuracy against ε, and what the numbers contain", { timeout: 60_000 }, async () => {
    const svg = join(folder, "study.svg");
    const said = await inProcess(["simulate", "train", ...of, ...small, "--svg", svg]);
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/^Members +ε +Accuracy +Lowest to highest, low/m);
    expect(said.out).toMatch(/^ *300 +8 +0\.\d+/m);
    expect(said.out).toContain("● 12");
    expect(said.out).toContain("The noise is that of two aggregators");
    expect(said.err).toContain("rounds: 36 of 36");
    expect(readFileSync(svg, "utf8").match(/<g role="img" aria-label="/g)).toHaveLength(2);
  });

  test("--json has everything, the same on two threads", { timeout: 60_000 }, async () => {
    const first = await inProcess(["simulate", "train", ...of, ...small, "--json"]);
    const again = await inProcess(["simulate", "train", ...of, ...small.slice(0, -1), "2", "--json"]);
    expect(again.out).toBe(first.out);
    const study = JSON.parse(first.out);
    expect(study).toMatchObject({ version: 1, title: "A or b", repeats: 2, people: 15, examples: 200 });
    expect(study.points).toHaveLength(6);
    expect(study.points[1]).toMatchObject({ members: 12, epsilon: 1, nanoRho: expect.stringMatching(/^\d+$/) });
  });

  test("Ctrl-C keeps what is done, and says so", { timeout: 60_000 }, async () => {
    const long = ["--members", "12,300", "--epsilon", "1,2,4,8", "--repeats", "60", "--workers", "1", "--json"];
    const child = startCommand(["simulate", "train", ...of, ...long], folder);
    await child.says("rounds: ");
    child.signal("SIGINT");
    expect(await child.ended).toBe(130);
    expect(child.err()).toMatch(/Stopped after \d+ of 600 trainings: what follows is of these/);
    const study = JSON.parse(child.out());
    expect(study.stopped.done).toBeGreaterThan(140);
    expect(study.stopped.done).toBeLessThan(600);
    expect(study.says[0]).toContain("Stopped after");
    expect(study.points[0].heldOut.accuracy.mean).toBeGreaterThan(0);
  });

  test.each([
    [["--epsilon", "1,x"], "--epsilon takes decimals"],
    [["--members", "1,,2"], "--members is a list"],
    [["--repeats", "1.5"], "--repeats takes whole numbers"],
    [["--noise", "none"], "--noise is two-aggregators or central"],
    [["--workers", "0"], "--workers must be from 1 to 64"],
    [["--held-out", "0.02"], "leaves nobody on one side"],
    [["--person", "nobody"], 'no column "nobody"'],
    [["--without", "y,z"], 'no column "z"'],
    [["--table", join(folder, "absent.csv")], "cannot be read"],
  ])("refuses %j", async (more, why) => {
    const said = await inProcess(["simulate", "train", ...of, ...small, ...more]);
    expect(said.code).not.toBe(0);
    expect(said.err).toContain(why);
    expect(said.out).toBe("");
  });

  test("takes a training as paceline train does, on synthetic members and on files", { timeout: 120_000 }, async () => {
    const attendance = join(top, "examples/attendance.training.json");
    const few = ["--members", "200", "--epsilon", "4", "--repeats", "1", "--workers", "1", "--json"];
    const said = await inProcess(["simulate", "train", "--manifest", attendance, "--group", "ageBand", ...few]);
    expect(said.err).toContain("rounds: 10 of 10");
    const study = JSON.parse(said.out);
    expect(study.says[0]).toContain("3000 synthetic members");
    expect(study.says[1]).toMatch(/ρ of 1\/50 a round is ε = 2\.\d+ over its 5 rounds/);
    expect(study.points[1].heldOut.groups.length).toBeGreaterThan(2);
    expect(study.points[0]).toMatchObject({ epsilon: null, inUser: null });

    const days = population({ seed: "files", lastDay: 20_000, members: 40, weeks: 20 }).flatMap(({ id, days: own }) =>
      own.flatMap(({ day, values: { steps } }) => (steps === undefined ? [] : [`${id},${formatDay(day)},${steps}`])),
    );
    const csv = join(folder, "days.csv");
    writeFileSync(csv, ["member,date,steps", ...days].join("\n"));
    const own = join(folder, "steps.json");
    const { features, label, ...rest } = JSON.parse(readFileSync(attendance, "utf8"));
    const steps = features.filter(({ value }: { value: string }) => value === "steps");
    writeFileSync(own, JSON.stringify({ ...rest, features: steps, label: { ...label, value: "steps", factor: 1 } }));
    const mine = await inProcess(["simulate", "train", "--manifest", own, "--data", csv, ...few]);
    expect(JSON.parse(mine.out).says[0]).toMatch(/^40 members with \d+ days/);
    const both = await inProcess(["simulate", "train", ...of, "--data", csv]);
    expect(both.err).toContain("not from both");
    const tables = await inProcess(["simulate", "train", "--manifest", manifest]);
    expect(tables.err).toContain("invalid_query");
    expect(tables.err).toContain("the training has no name");
  });

  test("one form: a training of members' days on a table, and a signed manifest as its bundle has it", {
    timeout: 60_000,
  }, async () => {
    const attendance = join(top, "examples/attendance.training.json");
    const few = ["--members", "200", "--epsilon", "4", "--repeats", "1", "--workers", "1", "--json"];
    const onTable = await inProcess(["simulate", "train", ...of.slice(2), "--manifest", attendance, ...few]);
    expect(JSON.parse(onTable.out).says.join()).toContain("features, label, rhoPerRound, cohort are not used");

    const draft = readDraft(JSON.parse(readFileSync(attendance, "utf8")));
    const { training, terms } = await firstRound(draft);
    const task: Manifest = {
      ...{
        version: MANIFEST_VERSION,
        ...roundTask(training, terms),
        queryHash: "h",
        trustMode: "two-aggregators" as const,
      },
      upload: { opens: 0, closes: 1 },
      aggregators: { leader: { url: "http://l.test", hpke: "AA" }, helper: { url: "http://h.test", hpke: "AA" } },
    };
    const envelope = sealEnvelope(encodeManifest(task), new Uint8Array(64), new Uint8Array(64));
    const bundle = join(folder, "bundle.json");
    const simulated = async (file: unknown) => {
      writeFileSync(bundle, JSON.stringify(file));
      return await inProcess(["simulate", "train", "--manifest", bundle, ...few]);
    };
    const written = await inProcess(["simulate", "train", "--manifest", attendance, ...few]);
    for (const file of [envelope, { envelope, more: 1 }]) {
      const signed = JSON.parse((await simulated(file)).out);
      expect(signed.says[0]).toContain('signed manifest of round 1 of 5 of "attendance"');
      // The same weights, as the example names no seed, and the same rounds.
      expect(signed.points).toEqual(JSON.parse(written.out).points);
    }
    const { source, ...rest } = task;
    const asks = { ...rest, source: { kind: "statistics" } } as never;
    for (const [file, why] of [
      [{ ...envelope, manifest: "e30" }, "holds no signed manifest"],
      [{ ...envelope, helper: 1 }, "no envelope"],
      [
        { ...envelope, manifest: sealEnvelope(encodeManifest(asks), new Uint8Array(0), new Uint8Array(0)).manifest },
        "manifest",
      ],
      [[envelope], "holds no training"],
      ["x", "holds no training"],
      [null, "holds no training"],
    ] as const)
      expect((await simulated(file)).err).toContain(why);
    expect(source.kind).toBe("model-update");
  });

  test("tells how long rounds that overlap take, for one cohort and one budget", { timeout: 60_000 }, async () => {
    const one = ["--members", "20", "--epsilon", "8", "--repeats", "1", "--workers", "1", "--overlap", "2"];
    const said = await inProcess(["simulate", "train", ...of, ...one]);
    expect([said.code, said.out]).toEqual([0, expect.stringMatching(/^1 open: target [\s\S]*^2 open: target /m)]);
    const { out } = await inProcess(["simulate", "train", ...of, ...one, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ members: 20, epsilon: 8, points: [{ overlap: 1 }, { overlap: 2 }] });
    const alone = await inProcess(["simulate", "train", ...of, "--visits", "12"]);
    expect([alone.code, alone.err]).toEqual([64, expect.stringContaining("give --overlap as well")]);
  });

  test("needs a training, and a table with its two columns", async () => {
    const noTable = await inProcess(["simulate", "train", "--manifest", manifest, "--personal"]);
    expect(noTable.err).toContain("--personal is of a table");
    expect((await inProcess(["simulate", "train"])).err).toContain("--manifest");
    expect((await inProcess(["simulate", "train", ...of.slice(0, 4)])).err).toContain("--person and --label");
  });
});
