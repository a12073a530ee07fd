// paceline init coordinator without a helper: a registrar's file in place of a helper's.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readCoordinatorConfig } from "../../../src/cli/serve/config.ts";
import { publicKeys } from "../../../src/cli/serve/keys.ts";
import { inProcess } from "../spawned.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-init-alone-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
const url = "https://stats.example";
const registrar = { url: "https://registrar.example", key: `${"B".repeat(42)}A` };
const invitation = (change: object = {}) => {
  writeFileSync(at("registrar.json"), JSON.stringify({ format: "paceline-registrar-1", ...registrar, ...change }), {
    mode: 0o600,
  });
  return at("registrar.json");
};
const init = (...more: string[]) =>
  inProcess(["init", "coordinator", "--url", url, "--folder", at("coordinator"), ...more]);

test("a registrar's file makes a coordinator that works alone, and apps pin both", async () => {
  expect(await init("--registrar", invitation())).toMatchObject({ code: 0, err: "" });
  const config = readCoordinatorConfig(at("coordinator", "coordinator.json"));
  expect(config).toMatchObject({ url, registrar });
  expect(config.helper).toBeUndefined();
  expect(JSON.parse(readFileSync(at("coordinator", "pinned.json"), "utf8"))).toEqual({
    coordinator: { url, registerKey: publicKeys(config.keys).signingKey },
    registrar,
  });
});

test.each<[string, string[] | (() => string[]), RegExp]>([
  ["nobody to work with", [], /say whom the coordinator works with: --helper, --registrar, or both/],
  ["its own address", () => ["--registrar", invitation({ url })], /--url is the registrar's own address/],
  ["a helper's file", () => ["--registrar", invitation({ format: "paceline-invitation-1" })], /format is wrong/],
  ["a registrar's file as a helper's", () => ["--helper", invitation()], /is no invitation/],
  ["no such file", () => ["--registrar", at("nowhere.json")], /cannot be read/],
])("%s is refused, and nothing is made", async (_, more, why) => {
  const said = await init(...(typeof more === "function" ? more() : more));
  expect(said.code).not.toBe(0);
  expect(said.err).toMatch(why);
  expect(() => readFileSync(at("coordinator", "coordinator.keys"))).toThrow();
});
