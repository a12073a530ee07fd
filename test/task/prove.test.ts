import { describe, expect, test } from "vitest";
import { queryableMetrics } from "../../src/task/derived.ts";
import { standardMap } from "../../src/task/encoder.ts";
import type { ProductEncoder } from "../../src/task/encoders/product.ts";
import type { Expression } from "../../src/task/expression.ts";
import { rowsOf } from "../../src/task/linear-map.ts";
import type { Manifest } from "../../src/task/manifest.ts";
import { nameOf } from "../../src/task/names.ts";
import { proveManifest, untimely } from "../../src/task/prove.ts";
import { manifestOf, productManifest, vectorManifest } from "../support/questions.ts";

const refused = (manifest: Manifest, why: string) => {
  expect(() => proveManifest(manifest)).toThrow(expect.objectContaining({ code: "manifest_refused" }));
  expect(() => proveManifest(manifest)).toThrow(why);
};
const laplace = (manifest: Manifest, change: object): Manifest => ({
  ...manifest,
  noise: { ...manifest.noise, ...change } as Manifest["noise"],
});

test("a planned manifest proves, with the weeks that its window and its answers touch", () => {
  const { rho, epochs, noise } = proveManifest(manifestOf());
  expect(rho).toBe(BigInt(manifestOf().rho));
  expect(epochs).toEqual(["2026-W04", "2026-W05", "2026-W06", "2026"]);
  expect(noise.mechanism).toBe("discrete-laplace");
  expect(proveManifest(vectorManifest()).noise.mechanism).toBe("discrete-gaussian");
});

test("ρ under-stated by one is refused; over-stated is only dearer", () => {
  for (const manifest of [manifestOf(), vectorManifest()]) {
    const { rho } = proveManifest(manifest);
    refused({ ...manifest, rho: `${rho - 1n}` }, `its noise costs ${rho}`);
    expect(proveManifest({ ...manifest, rho: `${rho}` }).rho).toBe(rho);
    expect(proveManifest({ ...manifest, rho: `${rho + 1n}` }).rho).toBe(rho);
  }
});

test("a sensitivity bound below what the encoder and the map prove is refused", () => {
  const base = manifestOf();
  const encoder = structuredClone(base.encoder) as ProductEncoder;
  Object.assign(encoder.parts[0] as object, { weight: 2 });
  const doubled: Manifest = { ...base, encoder, map: standardMap(encoder) };
  refused(doubled, "sensitivity of 1, the encoder's is 2");
  const covered = laplace(doubled, { sensitivity: { norm: "l1", bound: "2" }, scale: "2" });
  expect(proveManifest(covered).rho).toBeGreaterThan(0n);
  const vector = vectorManifest();
  refused(laplace(vector, { sensitivity: { norm: "l2-squared", bound: "15" } }), "the encoder's is 16");
});

test("Laplace noise on a vector, whose L1 norm nobody bounds, is refused", () => {
  const { noise } = manifestOf();
  refused({ ...vectorManifest(), noise }, "needs Gaussian noise");
});

test("Gaussian noise on a histogram is proved in L2", () => {
  const { noise } = vectorManifest();
  const gaussian: Manifest = {
    ...manifestOf(),
    noise: { ...noise, sensitivity: { norm: "l2-squared", bound: "1" } } as Manifest["noise"],
    rho: "5000000",
  };
  expect(proveManifest(gaussian).rho).toBe(5_000_000n);
});

describe("events that are none", () => {
  test.each<[string, object]>([
    ["no scale", { scale: "0" }],
    ["a negative scale", { scale: "-1" }],
    ["a decimal scale", { scale: "1.5" }],
    ["a zero bound", { sensitivity: { norm: "l1", bound: "0" } }],
    ["an unreduced fraction", { scale: "2/2" }],
    ["a scale beyond counting", { scale: `${"9".repeat(60)}` }],
  ])("%s", (_, change) => {
    expect(() => proveManifest(laplace(manifestOf(), change))).toThrow(
      expect.objectContaining({ code: "manifest_refused" }),
    );
  });
});

describe("a sum that could wrap around", () => {
  test("by the noise's tail", () => {
    const scale = `${2n ** 127n}`;
    refused(laplace(manifestOf(), { scale }), "wrap around");
    const fits = `${2n ** 118n}`;
    expect(proveManifest(laplace(manifestOf(), { scale: fits })).rho).toBe(1n);
  });
});

describe("a proof system that does not fit the encoder", () => {
  test.each<[string, Partial<Manifest>]>([
    ["one column short", { vdaf: { type: "Prio3Histogram", length: 3, chunkLength: 1 } }],
    ["one column more", { vdaf: { type: "Prio3Histogram", length: 5, chunkLength: 1 } }],
    ["a vector's", { vdaf: { type: "Prio3SumVec", length: 4, maxMeasurement: 1, chunkLength: 1 } }],
    ["no chunks", { vdaf: { type: "Prio3Histogram", length: 4, chunkLength: 0 } }],
    ["chunks longer than the measurement", { vdaf: { type: "Prio3Histogram", length: 4, chunkLength: 5 } }],
  ])("histogram: %s", (_, change) => refused({ ...manifestOf(), ...change }, ""));

  test.each<[string, Partial<Manifest>]>([
    ["a histogram's", { vdaf: { type: "Prio3Histogram", length: 4, chunkLength: 2 } }],
    ["a larger range", { vdaf: { type: "Prio3SumVec", length: 4, maxMeasurement: 9, chunkLength: 2 } }],
    ["a smaller range", { vdaf: { type: "Prio3SumVec", length: 4, maxMeasurement: 7, chunkLength: 2 } }],
    [
      "chunks longer than the measurement",
      { vdaf: { type: "Prio3SumVec", length: 4, maxMeasurement: 8, chunkLength: 17 } },
    ],
  ])("vector: %s", (_, change) => refused({ ...vectorManifest(), ...change }, ""));
});

describe("parts that do not belong together", () => {
  test("a source and another's encoder", () => {
    refused({ ...manifestOf(), source: vectorManifest().source }, "do not belong together");
    refused({ ...vectorManifest(), source: manifestOf().source }, "do not belong together");
  });

  test("bins beyond the metric's public range", () => {
    for (const edges of [
      [34, 60, 70, 110],
      [35, 60, 70, 111],
    ]) {
      const encoder = structuredClone(manifestOf().encoder) as ProductEncoder;
      Object.assign(encoder.parts[0] as object, { edges });
      refused({ ...manifestOf(), encoder, map: standardMap(encoder) }, "public range");
    }
  });

  test("a map that keeps the null column, or is any other than the encoder's", () => {
    refused({ ...manifestOf(), map: { columns: 4, rows: [[3, 1]] } }, "needs the map of its parts");
    refused({ ...manifestOf(), map: { columns: 4, rows: [[0, 2 ** 53 - 1]] } }, "needs the map of its parts");
  });
});

describe("names are the reader's own registry's", () => {
  const rhr = { metric: "rhr" } as const;

  test.each<[string, Expression]>([
    ["rhr + 0", { op: "+", args: [rhr, { number: 0 }] }],
    ["rhr * 1", { op: "*", args: [rhr, { number: 1 }] }],
    ["min(rhr, rhr)", { op: "min", args: [rhr, rhr] }],
    ["rhr + sleep - sleep", { op: "-", args: [{ op: "+", args: [rhr, { metric: "sleep" }] }, { metric: "sleep" }] }],
    ["0 - rhr", { op: "-", args: [{ number: 0 }, rhr] }],
  ])("%s goes by its own text", (text, expression) => {
    expect(nameOf(expression)).toEqual({ metric: "formula", title: text, unit: "{formula}" });
  });

  test("a metric that nobody knows is refused", () => {
    const { source } = manifestOf();
    const value = { kind: "mean", expression: { metric: "zodiac" }, times: 1, daysMin: 1 } as const;
    refused({ ...manifestOf(), source: { ...source, values: [value] } as Manifest["source"] }, 'metric "zodiac"');
  });

  test("a formula of the registry goes by the registry's name", () => {
    for (const { id, title, unit, expression } of queryableMetrics())
      expect(nameOf(expression), id).toEqual({ metric: id, title, unit });
  });
});

describe("times", () => {
  const base = manifestOf();
  test.each<[string, Partial<Manifest>]>([
    ["an empty window", { window: { start: 100, end: 100 } }],
    ["a window that ends before it starts", { window: { start: 100, end: 99 } }],
    ["a window of 401 days", { window: { start: 100, end: 501 } }],
    ["no time to upload", { upload: { opens: 5, closes: 5 } }],
    ["91 days to upload", { upload: { opens: 0, closes: 91 * 86_400 } }],
  ])("%s is refused", (_, change) => refused({ ...base, ...change }, ""));

  test("every ISO week that the window or the time for reports touches pays, once", () => {
    const monday = 20_479; // 2026-01-26
    const upload = { opens: monday * 86_400, closes: (monday + 7) * 86_400 };
    const epochs = (start: number, end: number, change: Partial<typeof upload> = {}) =>
      proveManifest({ ...base, window: { start, end }, upload: { ...upload, ...change } }).epochs;
    expect(epochs(monday, monday + 7)).toEqual(["2026-W05", "2026"]);
    expect(epochs(monday - 1, monday + 7)).toEqual(["2026-W04", "2026-W05", "2026"]);
    expect(epochs(monday, monday + 8)).toEqual(["2026-W05", "2026-W06", "2026"]);
    expect(epochs(monday, monday + 400)).toHaveLength(58 + 2);
    // One second before and after that week, in UTC.
    const [before, after] = [{ opens: upload.opens - 1 }, { closes: upload.closes + 1 }];
    expect(epochs(monday, monday + 7, before)).toEqual(["2026-W04", "2026-W05", "2026"]);
    expect(epochs(monday, monday + 7, after)).toEqual(["2026-W05", "2026-W06", "2026"]);
    // Data of 2025, told in 2026, cost both years.
    expect(epochs(monday - 40, monday - 39)).toEqual(["2025-W51", "2026-W05", "2025", "2026"]);
  });

  test("no time beyond the calendar", () => {
    const upload = { opens: 2 ** 52, closes: 2 ** 52 + 60 };
    expect(() => proveManifest({ ...base, upload })).toThrow("no such time");
  });

  test("a window is asked about from its last day on, for as long as the party allows, by its own clock", () => {
    const window = { start: 20_000, end: 20_001 };
    const at = (seconds: number) => untimely(window, seconds, { windowAgeDaysMax: 60 });
    expect(at(20_000 * 86_400 - 1)).toContain("still to come");
    expect(at(20_000 * 86_400)).toBeUndefined();
    expect(at(20_061 * 86_400 - 1)).toBeUndefined();
    expect(at(20_061 * 86_400)).toContain("ended 61 days ago");
  });
});

describe("a product of parts", () => {
  const product = productManifest();

  test("proves with the circuit, the map and the joint sensitivity of its parts", () => {
    expect(product.vdaf.type).toBe("Prio3L1BoundSum");
    expect(proveManifest(product).rho).toBe(BigInt(product.rho));
  });

  test("and with nothing less", () => {
    const { vdaf, map, encoder } = product;
    refused({ ...product, vdaf: { ...vdaf, maxValue: 10_000 } as Manifest["vdaf"] }, "do not fit the encoder");
    refused({ ...product, vdaf: { ...vdaf, chunkLength: 0 } as Manifest["vdaf"] }, "no such chunk length");
    refused(
      { ...product, vdaf: { type: "Prio3SumVec", length: vdaf.length, maxMeasurement: 101, chunkLength: 1 } },
      "do not fit",
    );
    refused({ ...product, map: { ...map, rows: rowsOf(map).toReversed() } }, "needs the map of its parts");
    refused({ ...product, map: { ...map, rows: rowsOf(map).slice(1) } }, "needs the map of its parts");
    refused(laplace(product, { sensitivity: { norm: "l1", bound: "100" } }), "the encoder's is 101");
    refused({ ...product, source: vectorManifest().source }, "do not belong together");
    refused(
      { ...product, source: { ...product.source, values: [{ kind: "presence" }] } as Manifest["source"] },
      "public range",
    );
    expect(encoder.kind).toBe("product");
  });
});
