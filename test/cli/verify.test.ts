import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

test("the file that apps ship gives the keys, but for one that is given besides; one without them is refused", async () => {
  const pinned = join(folder, "pinned.json");
  const pin = (document: unknown) => writeFileSync(pinned, JSON.stringify(document));
  const verify = (...more: string[]) => inProcess(["verify", file, "--pinned", pinned, ...more]);
  const [registerKey, signingKey] = [keys[1], keys[3]];
  pin({ coordinator: { registerKey }, helper: { signingKey } });
  expect((await verify()).out).toContain("verified under the keys you gave");
  const stranger = toBase64Url(signingKeys().publicKey);
  expect(await verify(`--helper-key=${stranger}`)).toMatchObject({ code: 76 });
  pin({ coordinator: { registerKey }, helper: { signingKey: stranger } });
  expect((await verify()).err).toContain("another key of the helper");
  pin({ coordinator: { registerKey } });
  expect((await verify()).out).toContain("consistent, under keys that it names itself");
  for (const [document, name] of [
    [null, "coordinator.registerKey"],
    [{ coordinator: { registerKey: [registerKey] } }, "coordinator.registerKey"],
    [{ coordinator: { registerKey }, helper: {} }, "helper.signingKey"],
    [{ coordinator: { registerKey }, registrar: { key: "short" } }, "registrar.key"],
  ] as const) {
    pin(document);
    expect(await verify()).toMatchObject({ code: 65, out: "", err: expect.stringContaining(`no key at ${name}`) });
  }
  rmSync(pinned);
  expect(await verify()).toMatchObject({ code: 66, err: expect.stringContaining("that apps ship") });
});

test("a model as its coordinator has it proves nothing, and what does is said", async () => {
  const model = join(folder, "model.json");
  writeFileSync(model, '{"training":{},"weights":""}\n');
  for (const more of [[], ["--round", file]])
    expect(await inProcess(["verify", model, ...more])).toMatchObject({
      code: 65,
      err: expect.stringContaining("paceline model BUNDLES"),
    });
});

test("what lies beside a model under its weights' name and cannot be read is named", async () => {
  const beside = join(folder, "beside");
  mkdirSync(join(beside, "weights.bin"), { recursive: true });
  writeFileSync(join(beside, "model.json"), '{"format":"layers-model","modelTopology":{},"weightsManifest":[]}');
  const { code, err } = await inProcess(["verify", join(beside, "model.json")]);
  expect([code, err]).toEqual([66, expect.stringContaining(`${join(beside, "weights.bin")} cannot be read`)]);
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
