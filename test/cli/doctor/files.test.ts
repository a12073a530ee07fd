// What doctor says of a service's certificate.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileFindings } from "../../../src/cli/doctor/files.ts";
import { readHelperConfig } from "../../../src/cli/serve/config.ts";
import { client, server } from "../../support/certificates.ts";

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-doctor-"));
  for (const [name, text] of Object.entries({ cert: server.cert, key: server.key, foreign: client.key, none: "hello" }))
    writeFileSync(at(name), text, { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function certificateOf(tls: { certificate: string; key: string }, url = "https://localhost:8443") {
  const policy = { purposes: ["research"], metrics: ["rhr"], training: false, minBatchFloor: 50 };
  const content = {
    ...{ database: at("x.sqlite"), keys: at("x.keys"), listen: { port: 8443, tls }, url, policy },
    ...{ leaderUrl: "https://stats.example", leaderToken: "known-to-the-two-alone" },
  };
  writeFileSync(at("config.json"), JSON.stringify(content), { mode: 0o600 });
  const findings = await fileFindings({ role: "helper", config: readHelperConfig(at("config.json")) });
  return findings.find(({ what }) => what === "certificate");
}

test("a certificate with its key, for the address, is well until it ends", async () => {
  expect(await certificateOf({ certificate: at("cert"), key: at("key") })).toMatchObject({ state: "ok" });
  expect(await certificateOf({ certificate: at("cert"), key: at("key") }, "https://127.0.0.1")).toMatchObject({
    state: "ok",
  });
});

test.each([
  ["of another key", { certificate: "cert", key: "foreign" }, "is not the key of"],
  ["that is none", { certificate: "none", key: "key" }, ""],
  ["that is not there", { certificate: "nowhere", key: "key" }, "nowhere"],
])("a certificate %s is wrong", async (_, { certificate, key }, words) => {
  const found = await certificateOf({ certificate: at(certificate), key: at(key) });
  expect(found).toMatchObject({ state: "wrong", detail: expect.stringContaining(words) });
});

test("one for another name, and a key that others read, are wrong", async () => {
  const pair = { certificate: at("cert"), key: at("key") };
  expect((await certificateOf(pair, "https://helper.example"))?.detail).toContain("is not for helper.example");
  if (process.platform === "win32") return;
  chmodSync(at("key"), 0o640);
  expect((await certificateOf(pair))?.detail).toContain("chmod 600");
  chmodSync(at("key"), 0o600);
});
