// Manifests that a device must bound although both parties signed them: the register may hold whatever it likes, and a helper may
// have been deceived.
import { utf8 } from "../../src/base/bytes.ts";
import { type Case, type Hostile, pageOf, says } from "./hostile.ts";

const nested = (depth: number): unknown => {
  let tree: unknown = { metric: "rhr" };
  for (let i = 0; i < depth; i++) tree = { op: "+", args: [tree, { number: 1 }] };
  return tree;
};

/** Eight arguments each, so many levels. */
const bushy = (levels: number): unknown =>
  levels === 0 ? { metric: "rhr" } : { op: "max", args: new Array(8).fill(bushy(levels - 1)) };

const both = (name: string, manifest: (hostile: Hostile) => object | Uint8Array): Case => ({
  name: `signed by both: ${name}`,
  requests: 1,
  async answer(hostile) {
    const given = manifest(hostile);
    const bytes = given instanceof Uint8Array ? given : utf8(JSON.stringify(given));
    return says(pageOf([await hostile.envelope(bytes)]));
  },
});

const expression = (hostile: Hostile, tree: unknown) => {
  const whole = hostile.manifest();
  return { ...whole, source: { ...whole.source, values: [{ kind: "mean", expression: tree, times: 1, daysMin: 1 }] } };
};

export const signedCases: readonly Case[] = [
  both("columns beyond counting", (hostile) => {
    const whole = hostile.manifest();
    return { ...whole, map: { columns: 2 ** 53 - 1, rows: [[0, 1]] }, vdaf: { ...whole.vdaf, length: 2 ** 53 - 1 } };
  }),
  both("sixteen parts in four thousand groups", (hostile) => {
    const whole = hostile.manifest();
    const values = Array.from({ length: 64 }, (_, i) => `v${i}`);
    const edges = Array.from({ length: 257 }, (_, i) => 35 + i / 4);
    const part = { kind: "histogram", value: 0, edges, weight: 4096, fanout: 2 };
    const groups = ["ageBand", "site"].map((attribute) => ({ attribute, values }));
    return {
      ...whole,
      encoder: { kind: "product", groups, parts: new Array(16).fill(part) },
      map: { columns: 16_385, rows: [[0, 1]] },
    };
  }),
  both("a map of every row there may be", (hostile) => ({
    ...hostile.manifest(),
    map: { columns: 16_385, rows: Array.from({ length: 16_384 }, (_, i) => [i, 1, i + 1, -1]) },
  })),
  both("numbers of absurd size", (hostile) => {
    const whole = hostile.manifest();
    const digits = "9".repeat(78);
    return {
      ...whole,
      rho: "9".repeat(30),
      noise: { ...whole.noise, scale: `${digits}/1`, sensitivity: { norm: "l1", bound: digits } },
    };
  }),
  both("days beyond any calendar", (hostile) => ({ ...hostile.manifest(), window: { start: 0, end: 200_000 } })),
  both("a time without end", (hostile) => ({ ...hostile.manifest(), upload: { opens: 1, closes: 2 ** 53 - 1 } })),
  both("an expression thirty deep", (hostile) => expression(hostile, nested(28))),
  both("an expression of four thousand parts", (hostile) => expression(hostile, bushy(4))),
  both("a tree as deep as it is long", () => utf8("[".repeat(500_000))),
  both("a hundred thousand keys", () => utf8(`{${Array.from({ length: 40_000 }, (_, i) => `"k${i}":[]`).join()}}`)),
  both("one key fifty thousand times", () => utf8(`{${'"a":{},'.repeat(50_000)}"a":1}`)),
  both("half a megabyte of digits", () => utf8("9".repeat(520_000))),
];
