// A registry file is checked whole; what is wrong is named by file, row and reason.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseRegistry, type RegistryFile } from "../../../src/task/metrics/schema.ts";
import { top } from "../../house/files.ts";

const builtIn = () => JSON.parse(readFileSync(`${top}src/task/metrics/registry.json`, "utf8")) as RegistryFile;

type Draft = { -readonly [K in keyof RegistryFile]: RegistryFile[K] };
type Row = Record<string, unknown>;

test("the built-in table passes the check that operators' files pass", () => {
  expect(parseRegistry(builtIn(), "registry.json")).toEqual(builtIn());
});

const rowOf = (part: "metrics" | "attributes" | "derived", id: string, change: Row) => (file: Draft) => {
  const row = (file[part] as Row[]).find((each) => each.id === id);
  Object.assign(row ?? {}, change);
};

test.each<[string, (file: Draft) => void, string]>([
  ["clip bounds that do not ascend", rowOf("metrics", "steps", { clip: [5, 5] }), 'metrics row 1 ("steps"): its clip'],
  ["plausible bounds upside down", rowOf("metrics", "rhr", { plausible: [150, 25] }), '("rhr"): its plausible bounds'],
  ["nothing plausible to clip", rowOf("metrics", "rhr", { plausible: [200, 300] }), "no plausible value lies"],
  ["a bound that is no measurement", rowOf("metrics", "rhr", { clip: [0, 1e300] }), '("rhr"): clip: 1:'],
  ["an unknown day rule", rowOf("metrics", "rhr", { rule: "median" }), '("rhr"): rule:'],
  ["an unknown purpose", rowOf("metrics", "rhr", { purposes: ["advertising"] }), '("rhr"): purposes: 0:'],
  ["no purpose", rowOf("metrics", "rhr", { purposes: [] }), '("rhr"): purposes:'],
  ["an invented field", rowOf("metrics", "rhr", { sensitivity: 1 }), '("rhr"):'],
  ["a LOINC code that is none", rowOf("metrics", "rhr", { codes: { loinc: ["40443"] } }), '("rhr"): codes: loinc: 0:'],
  ["an id with a capital", rowOf("metrics", "rhr", { id: "RHR" }), 'metrics row 5 ("RHR"): id:'],
  ["an id twice", rowOf("metrics", "rhr", { id: "steps" }), 'its id is that of metrics row 1 ("steps")'],
  [
    "a derived id that is a metric's",
    rowOf("derived", "mvpa", { id: "rhr" }),
    'derived row 1 ("rhr"): its id is that of',
  ],
  ["a title twice", rowOf("derived", "mvpa", { title: "steps" }), '("mvpa"): its title is that of metrics row 1'],
  ["a value twice", rowOf("attributes", "sex", { values: ["f", "f"] }), '("sex"): a value is named twice'],
  ["an empty list of values", rowOf("attributes", "sex", { values: [] }), '("sex"): values:'],
  ["another version", (file) => Object.assign(file, { version: 2 }), "version:"],
  ["a part that is missing", (file) => Reflect.deleteProperty(file, "derived"), "derived:"],
])("%s is refused", (_, change, words) => {
  const file = builtIn();
  change(file);
  const parse = () => parseRegistry(file, "mine.json");
  expect(parse).toThrow(expect.objectContaining({ code: "invalid_data" }));
  expect(parse).toThrow(/^mine\.json: /);
  expect(parse).toThrow(words);
});

test.each([null, [], "x", 1, { metrics: 1 }, { version: 1, metrics: [null], attributes: [], derived: [] }])(
  "%j is no registry",
  (json) => expect(() => parseRegistry(json, "mine.json")).toThrow(expect.objectContaining({ code: "invalid_data" })),
);
