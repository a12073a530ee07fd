import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serviceRegistry } from "../../src/cli/registry.ts";
import { operatorFile } from "../support/operator.ts";
import { inProcess } from "./spawned.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-registry-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(content: unknown): string {
  const path = join(folder, "mine.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("check says what a file adds", async () => {
  const { code, out } = await inProcess(["registry", "check", written(operatorFile())]);
  expect(code).toBe(0);
  expect(out.split("\n")).toEqual([
    "metric mood: mood",
    "attribute floor: floor",
    "formula sleep_hours: hours of sleep",
    "formula calm: calm",
    "values of floor: ground, first",
    "values of site: north, south",
    "",
  ]);
});

test("check refuses a bad row with file, row and reason", async () => {
  const file = operatorFile();
  Object.assign(file.metrics[0] as object, { id: "rhr" });
  const path = written(file);
  const { code, err } = await inProcess(["registry", "check", path]);
  expect(code).toBe(65);
  expect(err).toContain(`${path}: metrics row 1 ("rhr"): it is built in`);
  expect(await inProcess(["registry", "check", written("{")])).toMatchObject({ code: 65 });
  expect(await inProcess(["registry", "check", join(folder, "none.json")])).toMatchObject({ code: 66 });
});

test("a coordinator starts on a signed file only; signing prints the key that apps pin", async () => {
  const path = written(operatorFile());
  await expect(serviceRegistry("coordinator", path)).rejects.toMatchObject({ code: "invalid_data" });
  expect((await serviceRegistry("helper", path)).definitions).toHaveLength(4);
  const keys = join(folder, "registry.keys");
  const signing = ["registry", "sign", path, "--keys", keys];
  expect(await inProcess(signing)).toMatchObject({ code: 66, err: expect.stringContaining("paceline keys") });
  await inProcess(["keys", keys]);
  const { code, out } = await inProcess(signing);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ registryKey: JSON.parse(readFileSync(path, "utf8")).signed.key });
  const { definitions } = await serviceRegistry("coordinator", path);
  expect(definitions.map(({ definition }) => definition.id)).toEqual(["mood", "floor", "sleep_hours", "calm"]);
});

test("without a file there is nothing but what is built in", async () => {
  expect(await serviceRegistry("coordinator", undefined)).toEqual({ definitions: [], lists: {} });
});
