// paceline init registrar, and what stands between it and a coordinator.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../../src/base/bytes.ts";
import { readCoordinatorConfig } from "../../../src/cli/serve/config.ts";
import { coordinatorsOf, readRegistrarConfig } from "../../../src/cli/serve/registrar-config.ts";
import { openKeyring } from "../../../src/platform/node/index.ts";
import { inProcess } from "../spawned.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-init-registrar-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
const urls = { registrar: "https://registrar.example", accounts: "https://app.example/introspect" };
const init = (url = urls.registrar, accounts = urls.accounts) =>
  inProcess(["init", "registrar", "--url", url, "--accounts", accounts, "--folder", at("r")]);

test("two commands and two files between them make a coordinator and a registrar that know each other", async () => {
  const said = await init();
  expect(said).toMatchObject({ code: 0, err: "" });
  expect(said.out).toContain("serve registrar --config");
  const config = readRegistrarConfig(at("r", "registrar.json"));
  expect(config).toMatchObject({ url: urls.registrar, accounts: { url: urls.accounts }, floors: { members: 50 } });
  // Until the coordinator's operator has handed its file back, it says what is missing.
  expect(() => coordinatorsOf(config)).toThrow(expect.objectContaining({ code: "not_found" }));
  const made = await inProcess([
    ...["init", "coordinator", "--url", "https://stats.example", "--folder", at("c")],
    ...["--registrar", at("r", "for-coordinator.json")],
  ]);
  expect(made).toMatchObject({ code: 0, err: "" });
  copyFileSync(at("c", "pinned.json"), at("r", "pinned.json"));
  const coordinator = readCoordinatorConfig(at("c", "coordinator.json"));
  const { publicKey } = openKeyring(coordinator.keys, "refuse").signer;
  expect(coordinatorsOf(config)).toEqual([{ url: coordinator.url, registerKey: Uint8Array.from(publicKey) }]);
  const { out } = await inProcess(["keys", config.keys, "--registrar"]);
  expect(coordinator.registrar).toEqual({ url: urls.registrar, ...(JSON.parse(out) as object) });
  expect(said.out).not.toContain(JSON.parse(readFileSync(config.keys, "utf8")).secret);
});

test("nothing is overwritten", async () => {
  await init();
  expect(await init()).toMatchObject({ code: 75, err: expect.stringContaining("are there already") });
});

test.each([
  ["--url", "ftp://registrar.example", urls.accounts],
  ["--accounts", urls.registrar, "http://app.example/introspect"],
  ["--accounts", "https://app.example", "https://app.example"],
])("%s that is none is refused", async (option, url, accounts) => {
  expect(await init(url, accounts)).toMatchObject({ code: 64, err: expect.stringContaining(option) });
});

test.each<[string, string, string]>([
  ["no JSON", "{", "is not JSON"],
  ["another document", "{}", "coordinator is wrong"],
  [
    "a key of another length",
    JSON.stringify({ coordinator: { url: "https://x.example", registerKey: "AAAA" } }),
    "registerKey",
  ],
])("a coordinator's file that is %s is named", async (_, text, why) => {
  await init();
  writeFileSync(at("r", "pinned.json"), text);
  expect(() => coordinatorsOf(readRegistrarConfig(at("r", "registrar.json")))).toThrow(why);
});

test("a registrar's key file is no issuer's, and says so", async () => {
  await init();
  expect(await inProcess(["keys", at("r", "registrar.keys"), "--issuer"])).toMatchObject({ code: 65 });
  expect(await inProcess(["keys", at("r", "registrar.keys"), "--issuer", "--registrar"])).toMatchObject({ code: 64 });
  expect(
    toBase64Url(
      fromBase64Url(JSON.parse((await inProcess(["keys", at("r", "registrar.keys"), "--registrar"])).out).key),
    ),
  ).toHaveLength(43);
});
