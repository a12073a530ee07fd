import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { bundleOf } from "../support/bundles.ts";
import { signingKeys } from "../support/questions.ts";
import { inProcess } from "./spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

let file = "";
let keys: readonly string[] = [];
beforeAll(async () => {
  const made = await bundleOf("question");
  file = join(folder, "release.json");
  writeFileSync(file, made.text);
  keys = ["--register-key", toBase64Url(made.keys.register), "--helper-key", toBase64Url(made.keys.helper)];
});

test("verify says what is proved and what is trusted", async () => {
  const { code, out } = await inProcess(["verify", file, ...keys]);
  expect(code).toBe(0);
  expect(out).toMatch(/^small \(task [\w-]{43}\): verified under the keys you gave$/m);
  expect(out).toMatch(/^proved$[\s\S]*ρ = 0\.462117158[\s\S]*^trusted$[\s\S]*That the helper drew its noise/m);
});

test("without keys it says that anyone could have made it", async () => {
  const { code, out } = await inProcess(["verify", file]);
  expect(code).toBe(0);
  expect(out).toMatch(/consistent, under keys that it names itself/);
  expect(out).toMatch(/anyone can make a bundle under keys of their own/);
});

test("--json is for programs", async () => {
  const { out } = await inProcess(["verify", file, ...keys, "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    verified: true,
    keys: { register: { from: "given" }, helper: { from: "given" } },
    sensitivity: { l1: "1", l2Squared: "1" },
    privacy: { epsilon: 1, delta: 0 },
    rho: "0.462117158",
    proved: expect.any(Array),
    trusted: expect.any(Array),
  });
});

test("what does not verify is an exit code and a reason", async () => {
  const stranger = await inProcess(["verify", file, "--helper-key", toBase64Url(signingKeys().publicKey)]);
  expect(stranger).toMatchObject({ code: 76, out: "" });
  expect(stranger.err).toContain("another key of the helper");
  writeFileSync(join(folder, "none"), "{}");
  expect(await inProcess(["verify", join(folder, "none")])).toMatchObject({ code: 65, out: "" });
  writeFileSync(join(folder, "bytes"), Uint8Array.of(0xff, 0xfe));
  expect((await inProcess(["verify", join(folder, "bytes")])).err).toContain("not UTF-8");
  expect(await inProcess(["verify", join(folder, "away")])).toMatchObject({ code: 66 });
  expect(await inProcess(["verify", file, "--register-key", "short"])).toMatchObject({ code: 64 });
});
