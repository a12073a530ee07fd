// paceline doctor, task and ledger on a pair whose services end TLS themselves, with certificates of a private authority.
import { execFile } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { client, server } from "../../support/certificates.ts";
import { shippedCommand } from "../../support/launch.ts";
import { newPair, type Pair, type Role } from "../../support/processes.ts";

function paceline(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ readonly code: number; readonly out: string; readonly said: string }>((resolve) =>
    execFile(
      process.execPath,
      [...shippedCommand, ...args],
      { timeout: 180_000, env: { ...process.env, ...env } },
      (error, out, said) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out, said }),
    ),
  );
}

/** Both services with TLS of their own; the helper asks for the coordinator's certificate too. */
function withTls(pair: Pair) {
  const at = (name: string, text: string) => {
    const path = join(pair.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const own = { certificate: at("server.pem", server.cert), key: at("server.key", server.key) };
  const shown = { certificate: at("client.pem", client.cert), key: at("client.key", client.key) };
  const change = (role: Role, changed: (content: Record<string, object>) => object) => {
    const text = readFileSync(pair.configFile(role), "utf8").replaceAll("http://127", "https://127");
    const content = JSON.parse(text) as Record<string, object>;
    const listen = { ...content.listen, tls: own };
    const operatorToken = `operator-of-the-${role}`;
    writeFileSync(pair.configFile(role), JSON.stringify({ ...content, listen, operatorToken, ...changed(content) }));
  };
  change("coordinator", ({ helper }) => ({
    helper: { ...helper, client: shown, authorities: own.certificate },
  }));
  const leaderCertificate = createHash("sha256").update(new X509Certificate(client.cert).raw).digest("hex");
  change("helper", () => ({ leaderCertificate }));
  return own.certificate;
}

interface Finding {
  readonly what: string;
  readonly state: string;
  readonly detail: string;
}

test("is well where it is, names what is not, and needs nobody to believe everyone", async (context) => {
  const pair = await newPair(context, { shipped: true });
  const authority = withTls(pair);
  await pair.start("helper");
  await pair.start("coordinator");
  const doctor = async (role: Role, env: Readonly<Record<string, string>> = {}) => {
    const { code, out } = await paceline(["doctor", "--config", pair.configFile(role), "--json"], env);
    const { findings } = JSON.parse(out) as { findings: readonly Finding[] };
    return { code, findings, bad: findings.filter(({ state }) => state === "wrong" || state === "missing") };
  };
  // Node believes the authority of the other party's certificate where it is told so.
  const known = { NODE_EXTRA_CA_CERTS: authority };
  const [coordinator, helper, stranger] = await Promise.all([
    doctor("coordinator"),
    doctor("helper", known),
    doctor("helper"),
  ]);
  expect([coordinator.bad, coordinator.code]).toEqual([[], 0]);
  expect([helper.bad, helper.code]).toEqual([[], 0]);
  for (const { findings } of [coordinator, helper])
    expect(findings.find(({ what }) => what === "certificate")).toMatchObject({ state: "ok" });
  expect(stranger.bad.map(({ what }) => what)).toEqual(["the coordinator", "agreement of both"]);
  expect(stranger.code).toBe(78);

  const files = (role: Role) => ["--config", pair.configFile(role), "--json"];
  const [tasks, ledger] = await Promise.all([
    paceline(["task", "list", "helper", ...files("helper")]),
    paceline(["ledger", "show", "coordinator", ...files("coordinator")]),
  ]);
  expect([tasks.code, JSON.parse(tasks.out)]).toEqual([0, { tasks: [] }]);
  expect([ledger.code, JSON.parse(ledger.out)]).toMatchObject([0, { debits: [] }]);

  // Without its client certificate the coordinator is nobody to this helper.
  const config = JSON.parse(readFileSync(pair.configFile("coordinator"), "utf8")) as { helper: { client?: object } };
  delete config.helper.client;
  writeFileSync(pair.configFile("coordinator"), JSON.stringify(config));
  const bare = await doctor("coordinator");
  expect(bare.bad.map(({ what }) => what)).toEqual(["agreement of both"]);
}, 240_000);
