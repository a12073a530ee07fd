import { describe, expect, test } from "vitest";
import { concat, toHex, utf8 } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { TaskConfiguration } from "../../src/protocol/dap/task-configuration.ts";
import { dapTaskOf, receivingKey } from "../../src/task/dap.ts";
import { decodeManifest, encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { proveManifest } from "../../src/task/prove.ts";
import { changedAt, leafPaths, manifestOf, smallQuestion, vectorManifest } from "../support/questions.ts";

const grouped = manifestOf({
  ...smallQuestion,
  select: [{ statistic: "histogram", of: { formula: "mvpa", per: "day" }, edges: [0, 60, 900] }],
  groupBy: [{ attribute: "ageBand", values: ["18-24", "25-34"] }],
});
const examples = [manifestOf(), grouped, vectorManifest()];
const json = (value: unknown) => utf8(JSON.stringify(value));

async function idOf(bytes: Uint8Array): Promise<string> {
  const manifest = decodeManifest(bytes);
  return toHex((await dapTaskOf(nodeCrypto, manifest, bytes)).id);
}

function nudged(old: unknown): unknown {
  if (typeof old === "number") return old + 1;
  if (typeof old === "string") return /^[0-9]+$/.test(old) ? `${BigInt(old) + 1n}` : `${old}x`;
  return "x";
}

describe("every field of a manifest", () => {
  const ids = new Map<Manifest, Promise<string>>(examples.map((one) => [one, idOf(encodeManifest(one))]));
  const cases = examples.flatMap((example, i) =>
    leafPaths(example).map((path) => ({ example, name: `${i} ${path.join(".")}`, path })),
  );

  test.each(cases)("$name: changed, it is refused or another task", async ({ example, path }) => {
    const bytes = json(changedAt(example, path, nudged));
    let id: string;
    try {
      id = await idOf(bytes);
    } catch (error) {
      expect(error).toMatchObject({ code: "manifest_refused" });
      return;
    }
    expect(id).not.toBe(await ids.get(example));
  });

  test.each(cases)("$name: removed, it is refused or another task", async ({ example, path }) => {
    const bytes = json(changedAt(example, path, () => undefined));
    let id: string;
    try {
      id = await idOf(bytes);
    } catch (error) {
      expect(error).toMatchObject({ code: "manifest_refused" });
      return;
    }
    // Only items of lists may be missing; the shape without them is then refused as a whole.
    expect(Array.isArray(parentOf(example, path)) || path.length === 0).toBe(true);
    expect(id).not.toBe(await ids.get(example));
  });

  test("no object takes a field more", () => {
    const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
      typeof value !== "object" || value === null
        ? []
        : [
            ...(Array.isArray(value) ? [] : [path]),
            ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key])),
          ];
    for (const example of examples) {
      const found = places(example);
      expect(found.length).toBeGreaterThan(8);
      for (const path of found) {
        const extra =
          path.length === 0
            ? { ...example, extra: 1 }
            : changedAt(example, path, (old) => ({ ...(old as object), extra: 1 }));
        expect(() => decodeManifest(json(extra)), path.join(".")).toThrow(
          expect.objectContaining({ code: "manifest_refused" }),
        );
      }
    }
  });
});

function parentOf(value: unknown, path: readonly string[]): unknown {
  return path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], value);
}

test("every byte of a manifest is in its task id", async () => {
  const bytes = encodeManifest(manifestOf());
  const manifest = decodeManifest(bytes);
  const seen = new Set([toHex((await dapTaskOf(nodeCrypto, manifest, bytes)).id)]);
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.slice();
    changed[i] = (changed[i] as number) ^ 1;
    seen.add(toHex((await dapTaskOf(nodeCrypto, manifest, changed)).id));
  }
  expect(seen.size).toBe(bytes.length + 1);
  // A space more, the same fields: another task all the same.
  const spaced = concat(bytes, utf8(" "));
  expect(decodeManifest(spaced)).toEqual(manifest);
  expect(seen).not.toContain(toHex((await dapTaskOf(nodeCrypto, manifest, spaced)).id));
});

test("task_info is the hash of the signed bytes, and the configuration is DAP's", async () => {
  const bytes = encodeManifest(manifestOf());
  const manifest = decodeManifest(bytes);
  const { configuration, encoded } = await dapTaskOf(nodeCrypto, manifest, bytes);
  expect(TaskConfiguration.decode(encoded)).toEqual(configuration);
  expect(configuration).toMatchObject({
    taskInfo: nodeCrypto.sha256(bytes),
    timePrecision: 86_400n,
    minBatchSize: 5n,
    interval: { start: BigInt(manifest.window.start), duration: 7n },
  });
  expect(receivingKey(manifest.aggregators.leader).id).toBe(1);
});

describe("decodeManifest refuses", () => {
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["no JSON", utf8("{")],
    ["no UTF-8", Uint8Array.of(0xff, 0xfe)],
    ["no object", utf8("[]")],
    ["null", utf8("null")],
    ["more than half a megabyte", utf8(`"${"x".repeat(600_000)}"`)],
  ])("%s", (_, bytes) => {
    expect(() => decodeManifest(bytes)).toThrow(expect.objectContaining({ code: "manifest_refused" }));
  });

  test("an expression nested thousands deep, without falling over", () => {
    const depth = 12_000;
    const deep = `${'{"op":"+","args":['.repeat(depth)}{"number":1}${"]}".repeat(depth)}`;
    const text = JSON.stringify(manifestOf()).replace('{"metric":"rhr"}', deep);
    expect(text.length).toBeGreaterThan(200_000);
    expect(() => proveManifest(decodeManifest(utf8(text)))).toThrow(
      expect.objectContaining({ code: "manifest_refused" }),
    );
  });

  test("purposes that do not exist for a device", () => {
    for (const purpose of ["advertising", "pricing", "insurance", "employment", "__proto__", ""])
      expect(() => decodeManifest(json({ ...manifestOf(), purpose }))).toThrow("purpose");
  });

  test("numbers and texts that have a second spelling", () => {
    for (const rho of ["01", "0", "-1", "1.0", "1e9", " 1", ""])
      expect(() => decodeManifest(json({ ...manifestOf(), rho })), rho).toThrow("rho");
    for (const url of ["ftp://a", "javascript:1", "http://", "http://a b"])
      expect(
        () => decodeManifest(json(changedAt(manifestOf(), ["aggregators", "leader", "url"], () => url))),
        url,
      ).toThrow("url");
  });
});

test("encoding is canonical: the order of fields does not matter", () => {
  const manifest = manifestOf();
  const reversed = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest;
  expect(encodeManifest(reversed)).toEqual(encodeManifest(manifest));
  expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest);
});
