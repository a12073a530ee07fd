import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { hashQuery, microOf, parseQuerySpec, type QuerySpec, windowOf } from "../../src/query/spec.ts";
import { changedAt, leafPaths, smallSpec } from "../support/questions.ts";

const spec: QuerySpec = { ...smallSpec, groupBy: { attribute: "ageBand", values: ["18-24", "25-34"] } };
const hash = (one: QuerySpec) => hashQuery(nodeCrypto, one);

describe("the identity of a question", () => {
  test("does not know its name, its title, or how a decimal is spelled", async () => {
    const base = await hash(spec);
    expect(base).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await hash({ ...spec, name: "other", title: "Other words?" })).toBe(base);
    for (const epsilon of ["1.0", "1.000000"]) expect(await hash({ ...spec, epsilon })).toBe(base);
    expect(await hash({ ...spec, epsilon: "0.5" })).toBe(await hash({ ...spec, epsilon: "0.50" }));
    expect(await hash(parseQuerySpec(JSON.parse(JSON.stringify(spec).replace("[35,", "[35.0,"))))).toBe(base);
    expect(await hash(Object.fromEntries(Object.entries(spec).reverse()) as unknown as QuerySpec)).toBe(base);
  });

  test("knows everything else", async () => {
    const others: Record<string, unknown> = { metric: "sleep", per: "week", purpose: "research", epsilon: "1.000001" };
    const replaced: Record<string, unknown> = { ...others, "window.end": "2026-01-27", "groupBy.attribute": "site" };
    const seen = new Map([[await hash(spec), "the question"]]);
    const paths = leafPaths(spec).filter(([top]) => !["name", "title", "version"].includes(top as string));
    expect(paths.length).toBeGreaterThan(12);
    for (const path of paths) {
      const name = path.join(".");
      const changed = changedAt(spec, path, (old) => replaced[name] ?? (typeof old === "number" ? old + 1 : `${old}x`));
      const value = await hash(parseQuerySpec(changed));
      expect(seen.get(value), name).toBeUndefined();
      seen.set(value, name);
    }
    for (const changed of [
      { ...spec, groupBy: null },
      { ...spec, edges: spec.edges.slice(1) },
    ])
      expect(seen.has(await hash(changed))).toBe(false);
  });
});

describe("parseQuerySpec", () => {
  test.each<[string, object]>([
    ["version", { version: 2 }],
    ["name", { name: "Has Capitals" }],
    ["title", { title: "" }],
    ["metric", { metric: "no metric" }],
    ["per", { per: "month" }],
    ["daysMin", { daysMin: 0 }],
    ["daysMin", { daysMin: 1.5 }],
    ["window.days", { window: { end: "2026-01-28", days: 367 } }],
    ["edges", { edges: [1] }],
    ["edges", { edges: Array.from({ length: 258 }, (_, i) => i) }],
    ["edges", { edges: [1, "2"] }],
    ["groupBy", { groupBy: { attribute: "ageBand", values: [] } }],
    ["groupBy", { groupBy: { attribute: "Name", values: ["x"] } }],
    ["groupBy", { groupBy: { attribute: "site", values: [""] } }],
    ["purpose", { purpose: "advertising" }],
    ["epsilon", { epsilon: 1 }],
    ["epsilon", { epsilon: "1e3" }],
    ["epsilon", { epsilon: "-1" }],
    ["epsilon", { epsilon: "0.0000001" }],
    ["epsilon", { epsilon: "01" }],
    ["minCohort", { minCohort: 0 }],
    ["sensitivity", { sensitivity: 1 }],
  ])("refuses a wrong %s", (field, change) => {
    const wrong = () => parseQuerySpec({ ...spec, ...change });
    expect(wrong).toThrow(expect.objectContaining({ code: "invalid_query" }));
    if (field !== "sensitivity") expect(wrong).toThrow(field);
  });

  test("takes no shape but the object", () => {
    for (const json of [undefined, null, [], "x", 1]) expect(() => parseQuerySpec(json)).toThrow("shape");
  });
});

test("the window holds its last day", () => {
  expect(windowOf(spec)).toEqual({ start: 20_475, end: 20_482 });
  expect(windowOf({ ...spec, window: { end: "1970-01-01", days: 1 } })).toEqual({ start: 0, end: 1 });
});

test("decimals become exact millionths", () => {
  expect(["0", "1", "0.1", "0.000001", "9999.999999"].map(microOf)).toEqual([0, 1e6, 100_000, 1, 9_999_999_999]);
});
