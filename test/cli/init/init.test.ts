// paceline init: both parties' files, which the services take, and which nobody else can read or overwrite.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withoutComments } from "../../../src/cli/serve/comments.ts";
import { readCoordinatorConfig, readHelperConfig } from "../../../src/cli/serve/config.ts";
import { publicKeys } from "../../../src/cli/serve/keys.ts";
import { inProcess } from "../spawned.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);
const addresses = { helper: "https://helper.example", coordinator: "https://stats.example" };
const helper = (...more: string[]) =>
  inProcess(
    ["init", "helper", "--url", addresses.helper, "--coordinator", addresses.coordinator].concat(
      ["--folder", at("helper")],
      more,
    ),
  );
const coordinator = (...more: string[]) =>
  inProcess(
    ["init", "coordinator", "--url", addresses.coordinator, "--helper", at("helper", "for-coordinator.json")].concat(
      ["--folder", at("coordinator")],
      more,
    ),
  );

test("two commands and one file between them make a pair whose parts belong together", async () => {
  expect(await helper()).toMatchObject({ code: 0, err: "" });
  const said = await coordinator("--json");
  expect(said).toMatchObject({ code: 0, err: "" });
  const h = readHelperConfig(at("helper", "helper.json"));
  const c = readCoordinatorConfig(at("coordinator", "coordinator.json"));
  const keys = { h: publicKeys(h.keys), c: publicKeys(c.keys) };
  expect(c.helper).toEqual({ url: addresses.helper, token: h.leaderToken, ...keys.h });
  expect([h.url, h.leaderUrl, c.url]).toEqual([addresses.helper, addresses.coordinator, addresses.coordinator]);
  expect([h.listen, c.listen].map(({ hostname, port }) => `${hostname}:${port}`)).toEqual([
    "127.0.0.1:8443",
    "127.0.0.1:8443",
  ]);
  expect(JSON.parse(readFileSync(at("coordinator", "pinned.json"), "utf8"))).toEqual({
    coordinator: { url: addresses.coordinator, registerKey: keys.c.signingKey },
    helper: { url: addresses.helper, signingKey: keys.h.signingKey },
  });
  expect(readFileSync(at("coordinator", "analyst.token"), "utf8")).toBe(c.analystToken);
  expect(JSON.parse(said.out)).toMatchObject({ role: "coordinator", signingKey: keys.c.signingKey });
  // What is shown, a terminal's history and a screen share have: no token, no secret half.
  for (const token of [c.analystToken, h.leaderToken]) expect(said.out).not.toContain(token);
});

test("every field is in the file, with what it is for, and those that are not set may be", async () => {
  await helper();
  const text = readFileSync(at("helper", "helper.json"), "utf8");
  expect(text).toContain(
    '// ρ an ISO week may cost in all, in this service\'s own books.\n    // "rhoPerEpoch": "0.5",',
  );
  const set = text
    .replace('// "workers": 1,', '"workers": 2,')
    .replace('// "rhoPerEpoch": "0.5"', '"rhoPerEpoch": "0.3"');
  writeFileSync(at("helper", "helper.json"), set);
  expect(readHelperConfig(at("helper", "helper.json"))).toMatchObject({
    workers: 2,
    policy: { rhoPerEpoch: 300_000_000n },
  });
});

test.skipIf(process.platform === "win32")("every file is its owner's alone", async () => {
  await helper();
  await coordinator();
  const made = ["helper", "coordinator"].flatMap((party) => readdirSync(at(party)).map((name) => at(party, name)));
  expect(made).toHaveLength(7);
  expect(made.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
});

test("each run has keys and tokens of its own", async () => {
  await helper();
  const first = readHelperConfig(at("helper", "helper.json"));
  await helper("--folder", at("again"));
  const second = readHelperConfig(at("again", "helper.json"));
  expect(second.leaderToken).not.toBe(first.leaderToken);
  expect(publicKeys(second.keys).signingKey).not.toBe(publicKeys(first.keys).signingKey);
});

test.each(["helper.json", "helper.keys", "helper.sqlite", "for-coordinator.json"])(
  "%s is there already: nothing is made and nothing changed",
  async (name) => {
    await helper();
    for (const made of readdirSync(at("helper"))) if (made !== name) rmSync(at("helper", made));
    writeFileSync(at("helper", name), "mine");
    expect(await helper()).toMatchObject({ code: 75, err: expect.stringContaining(name) });
    expect(readdirSync(at("helper"))).toEqual([name]);
    expect(readFileSync(at("helper", name), "utf8")).toBe("mine");
  },
);

test.each([
  ["plain HTTP beyond this machine", ["--url", "http://helper.example"], "--url"],
  ["a coordinator's address that is none", ["--coordinator", "stats"], "--coordinator"],
  ["one address for both", ["--coordinator", addresses.helper], "one address"],
  ["no batch", ["--min-batch", "0"], "--min-batch"],
  ["a port beyond all", ["--port", "65536"], "--port"],
  ["half a certificate", ["--certificate", "c.pem"], "belong together"],
  [
    "a certificate at an http address",
    ["--url", "http://127.0.0.1:8402", "--certificate", "c", "--certificate-key", "k"],
    "https",
  ],
  [
    "a certificate behind a proxy",
    ["--certificate", "c", "--certificate-key", "k", "--behind-proxy"],
    "proxy has the certificate",
  ],
  ["a metric that is none", ["--metrics", "rhr,step"], '"step"'],
])("%s is refused before anything is made", async (_, more, words) => {
  expect(await helper(...more)).toMatchObject({ code: 64, err: expect.stringContaining(words) });
  expect(existsSync(at("helper"))).toBe(false);
});

test("an invitation that others could read, that was cut or changed, or that is none, is refused without its token", async () => {
  await helper();
  const file = at("helper", "for-coordinator.json");
  const whole = readFileSync(file, "utf8");
  const { token } = JSON.parse(whole) as { token: string };
  const refused = async (content: string, code: number) => {
    writeFileSync(file, content);
    const said = await coordinator();
    expect([said.code, existsSync(at("coordinator"))]).toEqual([code, false]);
    expect(said.err).not.toContain(token);
  };
  await refused(whole.slice(0, -20), 65);
  await refused(whole.replace("paceline-invitation-1", "paceline-invitation-2"), 65);
  await refused(whole.replace('"hpke": "', '"hpke": "A'), 65);
  await refused(JSON.stringify({ ...JSON.parse(whole), authorities: "/etc/passwd" }), 65);
  if (process.platform !== "win32") {
    chmodSync(file, 0o644);
    await refused(whole, 76);
    chmodSync(file, 0o600);
  }
  rmSync(file);
  expect((await coordinator()).err).toContain("cannot be read");
});

test("a certificate of its own means that other machines reach it; an http address says the port", async () => {
  await helper("--certificate", "/etc/c.pem", "--certificate-key", "/etc/k.pem", "--port", "443");
  expect(readHelperConfig(at("helper", "helper.json")).listen).toMatchObject({
    hostname: "0.0.0.0",
    port: 443,
    tls: { certificate: "/etc/c.pem", key: "/etc/k.pem" },
  });
  await helper("--behind-proxy", "--folder", at("container"));
  expect(readHelperConfig(at("container", "helper.json")).listen).toMatchObject({
    hostname: "0.0.0.0",
    behindProxy: true,
  });
  await helper("--url", "http://127.0.0.1:8402", "--folder", at("local"));
  expect(JSON.parse(withoutComments(readFileSync(at("local", "helper.json"), "utf8")))).toMatchObject({
    listen: { port: 8402 },
  });
});
