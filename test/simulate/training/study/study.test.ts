import { describe, expect, test } from "vitest";
import { readTableDraft } from "../../../../src/learning/plan/training/draft.ts";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import {
  readTable,
  simulateTrainingStudy,
  type TrainingStudyOptions,
  tableStudy,
  trainingFigures,
} from "../../../../src/simulate/index.ts";
import { Random } from "../../../../src/simulate/random.ts";
import { type StudiedPeople, splitPeople } from "../../../../src/simulate/training/study/people.ts";
import { standardiser } from "../../../../src/simulate/training/study/standardise.ts";
import { runnerOf } from "../engine/toys.ts";

const columns = { person: "who", label: "what", group: "band", without: ["id"] };
const refused = expect.objectContaining({ code: "invalid_data" });

/** 20 people whose rows lie around their class, each shifted by an offset of their own. */
function table(people = 20, rows = 15): string {
  const random = new Random("table");
  const lines = ["id,who,band,a,b,what"];
  for (let p = 0; p < people; p++) {
    const own = random.normal(0, 1);
    for (let r = 0; r < rows; r++) {
      const label = r % 2;
      const a = label + own + random.normal(0, 0.3);
      lines.push(
        `${p}-${r},p${p},${p % 3 === 0 ? "x" : "y"},${a.toFixed(4)},${r === 3 ? "" : 1},${label ? "up" : "down"}`,
      );
    }
  }
  return lines.join("\n");
}

describe("a labelled table", () => {
  test("is CSV with a header, quotes and all, or ARFF", () => {
    const csv =
      '\ufeffid,who,band,a,b,what\r\n1,p,x,1,,"a ""b"", c"\r\n2,p,x,-2e3,?,d\r\n\r\n3,q,y,3,4\r\n4,,y,3,4,d\r\n';
    const read = readTable(csv, columns);
    expect(read).toMatchObject({ features: ["a", "b"], classes: ['a "b", c', "d"], left: 2 });
    expect(read.people).toEqual([
      {
        rows: [Float64Array.of(1, Number.NaN), Float64Array.of(-2000, Number.NaN)],
        labels: [0, 1],
        group: "x",
      },
    ]);
    const arff = [
      "% a comment",
      "@relation r",
      '@attribute "who" {"p"}',
      "@ATTRIBUTE a numeric",
      "@attribute what{ x , y }",
      "@data",
      "% another",
      '"p",1,x',
      "p , 2 , y",
    ].join("\n");
    expect(readTable(arff, { person: "who", label: "what", without: [] })).toMatchObject({
      features: ["a"],
      classes: ["x", "y"],
      people: [{ labels: [0, 1] }],
      left: 0,
    });
  });

  test("says which column or line is wrong", () => {
    expect(() => readTable("who,a\np,1", columns)).toThrow(refused);
    expect(() => readTable("who,what\np,1\np,2", { person: "who", label: "what", without: [] })).toThrow(refused);
    expect(() => readTable("who,what,a\np,x,1\np,x,2", { person: "who", label: "what", without: [] })).toThrow(
      /1 class/,
    );
    expect(() => readTable("who,what,a\np,x,1\np,y,oops", { person: "who", label: "what", without: [] })).toThrow(
      /line 3: column a/,
    );
    expect(() => readTable("", columns)).toThrow(refused);
  });
});

describe("a split", () => {
  const studied = (): StudiedPeople => ({
    people: Array.from({ length: 10 }, (_, p) => ({
      rows: Array.from({ length: p === 0 ? 3 : 10 }, (__, r) => [100 * p + r]),
      labels: Array.from({ length: p === 0 ? 3 : 10 }, (__, r) => r % 2),
    })),
    inputs: 1,
    prepare: (people) => people.map(({ rows }) => rows),
  });

  test("holds people out whole, keeps a fifth of the others' rows aside, and loses and doubles none", () => {
    const { training, inUser, heldOut } = splitPeople(studied(), 0.3, "s");
    expect([training.people, inUser?.people, heldOut.people]).toEqual([7, 7, 3]);
    const all = [training, inUser, heldOut].flatMap((pool) => [...(pool?.rows ?? [])]);
    expect(all.toSorted((a, b) => a - b)).toEqual(studied().people.flatMap(({ rows }) => rows.flat()));
    const peopleOf = (rows: Float32Array) => new Set([...rows].map((x) => Math.floor(x / 100)));
    const out = peopleOf(heldOut.rows);
    for (const person of peopleOf(training.rows)) expect(out.has(person)).toBe(false);
    expect(splitPeople(studied(), 0.3, "s")).toEqual({ training, inUser, heldOut });
    expect(splitPeople(studied(), 0.3, "t").heldOut).not.toEqual(heldOut);
    for (const share of [0.01, 0.99])
      expect(() => splitPeople(studied(), share, "s")).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test("standardises by what is trained on alone, and reads a person's own mean without labels", () => {
    const prepare = standardiser(1, true);
    const people = [
      { rows: [[1], [3], [Number.NaN]], labels: [0, 0, 0] },
      { rows: [[1000]], labels: [1] },
    ];
    const [first, second] = prepare(people, [[1], [3]]);
    // mean 2, spread 1; own mean of −1, 1 and 0
    expect(first?.map((row) => [...row])).toEqual([
      [-1, -1],
      [1, 1],
      [0, 0],
    ]);
    expect(second?.map((row) => [...row])).toEqual([[4, 0]]);
    expect(prepare([{ rows: [[5]], labels: [0] }], [])[0]?.[0]).toEqual(Float64Array.of(4, 0));
  });
});

describe("a study", () => {
  const draft = {
    title: "Up or down",
    rounds: 8,
    local: { epochs: 2, batchSize: 8, learningRate: 0.5 },
    clip: 1,
  };
  const options = (more: Partial<TrainingStudyOptions> = {}): TrainingStudyOptions => ({
    ...tableStudy(readTableDraft(draft), readTable(table(), columns), true),
    notes: ["A note."],
    ...{ members: [16, 800], epsilons: [0.5, 8], delta: 1e-6, repeats: 3, seed: "s", heldOut: 0.2, dropout: 0.1 },
    noise: { kind: "two-aggregators" },
    ...more,
  });

  test("tells accuracy against ε, with bands and groups, the same on any number of threads", async () => {
    const calls: number[] = [];
    const study = await simulateTrainingStudy(options(), runnerOf(1), plainEngine, (done, total) => {
      expect(total).toBe(2 * 3 * 3 * 8);
      calls.push(done);
    });
    expect(calls).toEqual(Array.from({ length: 144 }, (_, i) => i + 1));
    expect(await simulateTrainingStudy(options(), runnerOf(3), plainEngine)).toEqual(study);
    const of = (members: number, epsilon: number | null) =>
      study.points.find((point) => point.members === members && point.epsilon === epsilon);
    expect(study.points.length).toBe(6);
    // the person's own mean tells up from down
    expect(of(800, null)?.heldOut.accuracy?.mean).toBeGreaterThan(0.85);
    expect(of(800, 8)?.heldOut.accuracy?.mean).toBeGreaterThan(0.85);
    expect(of(16, 0.5)?.heldOut.accuracy?.mean).toBeLessThan(of(800, 0.5)?.heldOut.accuracy?.mean ?? 0);
    expect(of(800, 8)?.heldOut.groups.map(({ group }) => group)).toEqual(["x", "y"]);
    expect(of(800, 8)?.heldOut.accuracy?.standardError).toBeGreaterThanOrEqual(0);
    expect(of(800, null)?.nanoRho).toBeNull();
    expect(study.says[0]).toBe("A note.");
    const figures = trainingFigures(study);
    expect(figures.map(({ id }) => id)).toEqual(["held-out", "in-user", "gap", "groups"]);
    for (const { rows } of figures) expect(rows.length).toBe(4);
    const group = of(800, 8)?.heldOut.groups[1];
    expect(figures[3]?.rows[3]).toMatchObject({ series: "y", x: 8, y: group?.accuracy.mean, low: group?.accuracy.low });
  });

  test("stopped midway ends with the trainings that are done, and says so", async () => {
    const all = await simulateTrainingStudy(options(), runnerOf(1), plainEngine);
    const stoppedAfter = async (rounds: number, size = 1) => {
      const controller = new AbortController();
      let last = 0;
      const study = await simulateTrainingStudy(
        options(),
        runnerOf(size),
        plainEngine,
        (done) => {
          last = done;
          if (done === rounds) controller.abort();
        },
        controller.signal,
      );
      // Nothing begins after it; what is in progress ends after its round.
      expect(last).toBeLessThan(rounds + size);
      return study;
    };
    // Three trainings without noise, three of ε = .5, and one of ε = 8 besides, of which the next has begun.
    const study = await stoppedAfter(8 * 7 + 3);
    expect(study.stopped).toEqual({ done: 7, of: 18 });
    expect(study.points.slice(0, 2)).toEqual(all.points.slice(0, 2));
    expect(study.points.map(({ repeats }) => repeats)).toEqual([3, 3, 1]);
    expect(study.points[2]?.heldOut.accuracy?.standardError).toBeNull();
    expect(study.says[0]).toMatch(/^Stopped after 7 of 18 trainings/);
    for (const { rows } of trainingFigures(study)) expect(rows).toHaveLength(2);
    expect(all.stopped).toBeNull();
    const early = await stoppedAfter(1, 3);
    expect(early).toMatchObject({ points: [], stopped: { done: 0, of: 18 } });
    expect(trainingFigures(early)).toEqual([]);
    // Nothing is told of a size whose training without noise was not reached.
    expect(trainingFigures(await stoppedAfter(8 * 3 + 1))).toEqual([]);
    const already = AbortSignal.abort();
    expect(await simulateTrainingStudy(options(), runnerOf(1), plainEngine, undefined, already)).toMatchObject({
      points: [],
    });
  });

  test("refuses what is out of bounds before any round", async () => {
    for (const more of [
      { members: [] },
      { members: [0] },
      { members: [5, 5] },
      { epsilons: [0] },
      { epsilons: [Number.NaN] },
      { delta: 0 },
      { repeats: 0 },
      { heldOut: 0.95 },
      { dropout: 1 },
      { seed: "s".repeat(201) },
      { members: Array.from({ length: 30 }, (_, i) => i + 1) },
    ])
      await expect(simulateTrainingStudy(options(more), runnerOf(1), plainEngine)).rejects.toMatchObject({
        code: "invalid_argument",
      });
    const { training } = options();
    const long = { training: { ...training, rounds: 10_000, local: { ...training.local, epochs: 100 } }, repeats: 100 };
    await expect(simulateTrainingStudy(options(long), runnerOf(1), plainEngine)).rejects.toThrow(/times as much work/);
  });

  test("ends with what a thread fails with, once", async () => {
    const failing = { size: 2, local: () => Promise.reject(new Error("a thread ended")) };
    await expect(simulateTrainingStudy(options(), failing, plainEngine)).rejects.toThrow("a thread ended");
  });

  test("a draft names its fields and no others, and a model that devices refuse is refused", () => {
    for (const wrong of [{}, { ...draft, rounds: 0 }, { ...draft, clip: "1" }, { ...draft, features: [] }])
      expect(() => readTableDraft(wrong)).toThrow(expect.objectContaining({ code: "invalid_query" }));
    const streamed = (rounds: number, separation: number) =>
      tableStudy(
        readTableDraft({ ...draft, rounds, stream: { rho: "1", separation } }),
        readTable(table(), columns),
        false,
      ).training.stream;
    expect(() => streamed(8, 9)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(() => streamed(8, 1)).toThrow(expect.objectContaining({ code: "invalid_query" }));
    expect(streamed(16, 4)).toMatchObject({ rounds: 16, separation: 4, coefficients: expect.any(Array) });
    const wide = readTableDraft({ ...draft, layers: [{ kind: "dense", units: 512, activation: "relu" }] });
    expect(() => tableStudy(wide, readTable(table(), columns), false)).toThrow(
      expect.objectContaining({ code: "manifest_refused" }),
    );
  });
});
