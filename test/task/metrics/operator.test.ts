// An operator's file beside the built-in table: taken whole, or refused with the row and the reason.
import { expect, test } from "vitest";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import { queryableMetric } from "../../../src/task/derived.ts";
import { registryOf } from "../../../src/task/metrics/definition.ts";
import { openRegistry, operatorRows, signRegistry } from "../../../src/task/metrics/operator.ts";
import { parseRegistry, type RegistryFile } from "../../../src/task/metrics/schema.ts";
import { operatorFile, operatorRegistry, registryKeys } from "../../support/operator.ts";
import { signingKeys } from "../../support/questions.ts";

type Row = Record<string, unknown>;
const first = (part: "metrics" | "attributes" | "derived", change: Row) => {
  const file = operatorFile();
  Object.assign(file[part][0] as Row, change);
  return file;
};

test("definitions hold the devices' part alone; formulas are in the unit they declare", () => {
  const { definitions, lists } = operatorRows(operatorFile(), "mine.json");
  expect(definitions.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    "metric mood",
    "attribute floor",
    "formula sleep_hours",
    "formula calm",
  ]);
  expect(JSON.stringify(definitions)).not.toContain("caveat");
  expect(definitions[2]).toMatchObject({ formula: "sleep * 0.0166666666667", unit: "h" });
  expect(lists).toEqual({ floor: ["ground", "first"], site: ["north", "south"] });
});

test("a list of events of its own may be long, and says how many a member counts for", () => {
  const values = Array.from({ length: 100 }, (_, i) => `room ${i}`);
  const file = parseRegistry(first("attributes", { values, cap: 3 }), "mine.json");
  expect(operatorRows(file, "mine.json").definitions[1]).toMatchObject({ id: "floor", cap: 3 });
  expect(() => parseRegistry(first("attributes", { values }), "mine.json")).toThrow("it has 100 values, at most 64");
  expect(() => parseRegistry(first("attributes", { values, cap: 0 }), "mine.json")).toThrow("cap");
});

test("what it defines can be asked about, with bounds and purposes that follow", async () => {
  const registry = registryOf(await operatorRegistry());
  expect(queryableMetric("mood", registry)).toMatchObject({ range: { min: 0, max: 10 }, unit: "{points}" });
  expect(queryableMetric("calm", registry)).toMatchObject({
    range: { min: 0, max: 5 },
    purposes: ["service-improvement", "research"],
  });
  expect(queryableMetric("sleep_hours", registry)?.range.max).toBeCloseTo(14, 9);
  expect(queryableMetric("mood")).toBeUndefined();
});

test.each<[string, RegistryFile, string]>([
  ["a built-in metric", first("metrics", { id: "rhr" }), 'metrics row 1 ("rhr"): it is built in'],
  ["a built-in formula's id", first("metrics", { id: "mvpa" }), 'metrics row 1 ("mvpa"): it is built in'],
  ["a built-in title", first("metrics", { title: "resting heart rate" }), "is the title of something built in"],
  ["a unit that cannot be checked", first("metrics", { unit: "Cel" }), 'the unit "Cel"'],
  [
    "a built-in list of events without its cap",
    first("attributes", {
      id: "supportTopics",
      title: "topics of support contacts",
      purposes: ["service-improvement", "research"],
    }),
    "only its list of values can be set",
  ],
  ["an attribute without a list", first("attributes", { values: null }), 'attributes row 1 ("floor"): an operator'],
  ["a formula in the wrong unit", first("derived", { unit: "kg" }), "sleep (min) and the declared kg are not of one"],
  ["a sum of two dimensions", first("derived", { formula: "sleep + mood" }), "are not of one dimension"],
  ["an unknown metric in a formula", first("derived", { formula: "sleeep" }), 'there is no metric "sleeep"'],
  ["a formula of a formula", first("derived", { formula: "mvpa" }), 'there is no metric "mvpa"'],
  ["a divisor that can be 0", first("derived", { unit: "1", formula: "sleep / sleep" }), "a divisor can be 0"],
  ["a call", first("derived", { formula: "import(sleep)" }), "is not allowed"],
  [
    "a built-in formula under a new name",
    first("derived", { unit: "min", formula: "moderate + 2 * vigorous" }),
    "built in under another name",
  ],
])("%s is refused", (_, file, words) => {
  const rows = () => operatorRows(file, "mine.json");
  expect(rows).toThrow(expect.objectContaining({ code: "invalid_data" }));
  expect(rows).toThrow(/^mine\.json: /);
  expect(rows).toThrow(words);
});

test("of a built-in attribute only the list can be set", () => {
  const file = operatorFile();
  Object.assign(file.attributes[1] as Row, { title: "flat" });
  expect(() => operatorRows(file, "mine.json")).toThrow("only its list of values can be set");
});

test("metrics that share no purpose make no formula", () => {
  const file = operatorFile();
  Object.assign(file.metrics[0] as Row, { purposes: ["research"], unit: "min", id: "mood" });
  file.metrics.push({ ...(file.metrics[0] as RegistryFile["metrics"][0]), id: "haste", title: "haste" });
  Object.assign(file.metrics[1] as Row, { purposes: ["model-training"] });
  Object.assign(file.derived[1] as Row, { formula: "mood + haste", unit: "min" });
  expect(() => operatorRows(file, "mine.json")).toThrow("its metrics share no purpose");
});

test("a signed file reads back; a row changed after signing, or signed by another, does not open", async () => {
  const signed = await signRegistry(nodeCrypto, registryKeys, operatorFile(), "mine.json");
  expect(parseRegistry(JSON.parse(JSON.stringify(signed)), "mine.json")).toEqual(signed);
  expect((await openRegistry(nodeCrypto, signed, "mine.json")).definitions).toHaveLength(4);

  const changed = structuredClone(signed);
  Object.assign(changed.metrics[0] as Row, { clip: [0, 1_000_000] });
  await expect(openRegistry(nodeCrypto, changed, "mine.json")).rejects.toThrow('"mood" is not signed with');

  const other = structuredClone(signed);
  Object.assign(other.signed as Row, {
    key: (await signRegistry(nodeCrypto, signingKeys(), operatorFile(), "x")).signed?.key,
  });
  await expect(openRegistry(nodeCrypto, other, "mine.json")).rejects.toMatchObject({ code: "invalid_data" });
});

test("a coordinator's file must be signed, a helper's need not be", async () => {
  await expect(openRegistry(nodeCrypto, operatorFile(), "mine.json")).rejects.toThrow('"mood" is not signed');
  const own = await openRegistry(nodeCrypto, operatorFile(), "mine.json", { unsigned: true });
  const { definitions } = await operatorRegistry();
  expect(own.definitions.map(({ hash }) => hash)).toEqual(definitions.map(({ hash }) => hash));
});
