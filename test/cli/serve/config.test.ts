import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readCoordinatorConfig, readHelperConfig } from "../../../src/cli/serve/config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = {
  database: "helper.sqlite",
  keys: "helper.keys",
  listen: { port: 0 },
  url: "https://helper.example",
  leaderUrl: "https://leader.example",
  leaderToken: "a token of sixteen letters",
  policy: {
    purposes: ["research"],
    metrics: ["rhr"],
    training: false,
    rhoPerTask: "1",
    rhoPerEpoch: "3",
    rhoPerYear: "12",
    minBatchFloor: 5,
  },
};

function written(content: unknown, mode = 0o600): string {
  const file = join(folder, "helper.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return file;
}

test("a private file is read, amounts of rho as nano-rho", () => {
  expect(readHelperConfig(written(config))).toMatchObject({ workers: 1, policy: { rhoPerEpoch: 3_000_000_000n } });
});

test.skipIf(process.platform === "win32").each([0o644, 0o640, 0o620, 0o604, 0o602])(
  "mode %o is refused, with what to do and without a token",
  (mode) => {
    const file = written(config, mode);
    for (const read of [readHelperConfig, readCoordinatorConfig]) {
      const refused = expect.objectContaining({ code: "policy_refused", hint: `Run: chmod 600 ${file}` });
      expect(() => read(file)).toThrow(refused);
      expect(() => read(file)).not.toThrow("sixteen");
    }
  },
);

test("what is wrong is named: no file, no JSON, a field", () => {
  expect(() => readHelperConfig(join(folder, "none.json"))).toThrow(expect.objectContaining({ code: "not_found" }));
  expect(() => readHelperConfig(written("{"))).toThrow("is not JSON");
  expect(() => readHelperConfig(written({ ...config, leaderToken: "short" }))).toThrow("leaderToken");
});
