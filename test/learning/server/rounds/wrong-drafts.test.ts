// Each field of a training's file at 0, tiny, huge, of another type, unknown, or not there: taken, or refused with the field's name and
// what belongs there. Nothing is a bug of ours, and nothing takes long.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../../src/base/errors.ts";
import { readDraft } from "../../../../src/learning/plan/training/draft.ts";
import { completeTraining } from "../../../../src/learning/server/rounds/complete.ts";
import { nodeCrypto } from "../../../../src/platform/node/index.ts";
import { noOperator } from "../../../../src/task/metrics/definition.ts";
import { top } from "../../../house/files.ts";

type Path = readonly (string | number)[];

const file = JSON.parse(readFileSync(join(top, "examples/attendance.training.json"), "utf8"));
const whole = {
  ...file,
  features: file.features.slice(0, 2),
  examples: { count: 2, everyDays: 7 },
  layers: [{ kind: "dense", units: 8, activation: "relu" }],
  ...{ seed: "s", overlap: 1, bits: 32, end: "2026-01-04", moveMax: 30 },
  local: { epochs: 1, batchSize: 8, learningRate: 0.1, momentum: 0.5, proximal: 0.1 },
};

const wrong = [0, -1, 5e-324, 1e300, 1e9, 0.5, "", "NaN", "x".repeat(5000), null, [], {}];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [
    [...path, key],
    ...pathsOf((value as Record<string | number, unknown>)[key], [...path, key]),
  ]);
}

function changed(path: Path, value: unknown): unknown {
  const copy = structuredClone(whole);
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key], copy);
  const last = path.at(-1) as string | number;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

const complete = async (json: unknown) =>
  await completeTraining(readDraft(json), {
    ...{ crypto: nodeCrypto, operator: noOperator, run: new Uint8Array(16), today: 20_457 },
  });

test("the training is taken as it is", async () => {
  expect((await complete(whole)).training.name).toBe("attendance");
});

test.each(pathsOf(whole).map((path) => [path.join("."), path] as const))("%s", async (name, path) => {
  for (const value of [...wrong, undefined]) {
    const error = await complete(changed(path, value)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error === undefined) continue;
    const said = `${name} = ${String(JSON.stringify(value)).slice(0, 20)}: ${error}`;
    expect(isPacelineError(error) && error.code, said).not.toBe("internal");
    expect(isPacelineError(error), said).toBe(true);
    const { message } = error as Error;
    expect(message, said).not.toMatch(/undefined|\[object| is wrong$/);
    if (message.includes("is wrong"))
      expect(message, said).toContain(`training's ${path.slice(0, -1).join(".")}`.replace(/\.$/, ""));
  }
});

describe("what is refused says why", () => {
  test.each([
    [["features", 0, "spread"], 1e300, "features.0.spread is wrong: must be at most 1000000"],
    [["features", 0, "spread"], 0, "features.0.spread is wrong: must be above 0"],
    [["features", 0, "of"], "median", "features.0.of is wrong: must be mean, change or days-since"],
    [["features", 0, "more"], 1, 'features.0 is wrong: has a field "more" that nobody knows'],
    [["features", 0, "value"], "2 + 3", "visits_mean_0_2 reads no metric"],
    [["label", "value"], "1", "the training's label reads no metric"],
    [["label", "days"], 0, "label.days is wrong: must be at least 1"],
    [["label", "factor"], 2, "label.factor is wrong: must be at most 1"],
    [["rounds"], 0, "rounds is wrong: must be at least 1"],
    [["rounds"], 1e6, "rounds is wrong: must be at most 10000"],
    [["cohort", "expected"], 1e9, "up to 2000000000 members, 1048576 are the most"],
    [["more"], 1, 'has a field "more" that nobody knows'],
  ] as const)("%j = %j", async (path, value, why) => {
    await expect(complete(changed(path, value))).rejects.toThrow(why);
  });
});
