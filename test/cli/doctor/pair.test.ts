// paceline doctor --config: a pair that runs is well; each thing that is wrong with one is named, and nothing else is.
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publicKeys } from "../../../src/cli/serve/keys.ts";
import { newPair, type Role } from "../../support/processes.ts";
import { inProcess } from "../spawned.ts";

interface Finding {
  readonly what: string;
  readonly state: string;
  readonly detail: string;
}

async function examined(config: string) {
  const { code, out, err } = await inProcess(["doctor", "--config", config, "--json"]);
  expect(err).toBe("");
  const { ready, findings } = JSON.parse(out) as { ready: boolean; findings: readonly Finding[] };
  const bad = findings.filter(({ state }) => state === "wrong" || state === "missing");
  expect([ready, code]).toEqual(bad.length === 0 ? [true, 0] : [false, 78]);
  return { findings, bad, about: (what: string) => findings.find((one) => one.what === what) };
}

test("a pair that runs is well, and every fault is named by itself", async (context) => {
  const pair = await newPair(context, { shipped: true });
  const [coordinator, helper] = [pair.configFile("coordinator"), pair.configFile("helper")];

  // Nothing runs yet: what the first start makes is not asked for.
  const before = await examined(helper);
  expect(before.bad.map(({ what }) => what)).toEqual([
    "this helper",
    "keys of this helper",
    "the coordinator",
    "agreement of both",
  ]);
  expect(before.about("database")).toMatchObject({ state: "optional" });

  await pair.start("helper");
  await pair.start("coordinator");
  for (const config of [coordinator, helper]) {
    const { bad, findings } = await examined(config);
    expect(bad).toEqual([]);
    // Without what follows from the state of the machine that runs this.
    const own = findings.filter(({ what }) => what !== "room on the disk" && !what.startsWith("clock of "));
    expect(own.filter(({ state }) => state === "warning")).toEqual([]);
    expect(findings.length).toBeGreaterThan(14);
  }

  const changed = async (config: string, change: (content: Record<string, never>) => object) => {
    const path = join(pair.folder, "changed.json");
    writeFileSync(
      path,
      JSON.stringify({
        ...JSON.parse(readFileSync(config, "utf8")),
        ...change(JSON.parse(readFileSync(config, "utf8"))),
      }),
      {
        mode: 0o600,
      },
    );
    const { bad } = await examined(path);
    const text = readFileSync(path, "utf8");
    for (const { detail } of bad)
      for (const [, token = ""] of text.matchAll(/[tT]oken": ?"([^"]+)/g)) expect(detail).not.toContain(token);
    return bad.map(({ what, detail }) => `${what}: ${detail}`);
  };
  const { helper: named } = JSON.parse(readFileSync(coordinator, "utf8"));
  expect(await changed(coordinator, () => ({ helper: { ...named, token: "another-token-of-length" } }))).toEqual([
    expect.stringMatching(/^agreement of both: /),
  ]);
  expect(await changed(helper, () => ({ leaderToken: "another-token-of-length" }))).toEqual([
    expect.stringMatching(/^agreement of both: /),
  ]);
  const other = publicKeys(join(pair.folder, "other.keys"));
  expect(await changed(coordinator, () => ({ helper: { ...named, signingKey: other.signingKey } }))).toEqual([
    expect.stringMatching(/^agreement of both: .*its signing key is another/),
  ]);
  expect(
    await changed(helper, () => ({
      keys: join(pair.folder, "other.keys"),
      sealing: `${pair.keyFile("helper")}.sealing`,
    })),
  ).toEqual([expect.stringMatching(/^keys of this helper: .*other keys/)]);

  const sealing = `${pair.keyFile("helper")}.sealing`;
  copyFileSync(sealing, join(pair.folder, "kept"));
  rmSync(sealing);
  expect((await examined(helper)).bad).toMatchObject([
    { what: "sealing keys", detail: expect.stringContaining("missing") },
  ]);
  copyFileSync(join(pair.folder, "kept"), sealing);
  if (process.platform !== "win32") {
    chmodSync(sealing, 0o644);
    expect((await examined(helper)).bad).toMatchObject([
      { what: "sealing keys", detail: expect.stringContaining("chmod 600") },
    ]);
    chmodSync(sealing, 0o600);
  }

  await pair.stop("helper");
  const without = await examined(coordinator);
  expect(without.bad.map(({ what }) => what)).toEqual(["the helper", "agreement of both"]);
}, 120_000);

test("a service whose clock is an hour ahead, of another version, or that is none, is told from a well one", async (context) => {
  const pair = await newPair(context);
  let answer: { status: number; body: object; ahead: number; version: string };
  const stranger = createServer((request, response) => {
    response.setHeader("date", new Date(Date.now() + answer.ahead).toUTCString());
    response.statusCode = answer.status;
    response.end(JSON.stringify(request.url === "/openapi.json" ? { info: { version: answer.version } } : answer.body));
  });
  await new Promise<void>((done) => stranger.listen(0, "127.0.0.1", done));
  context.onTestFinished(() => void stranger.close());
  const content = JSON.parse(readFileSync(pair.configFile("helper"), "utf8"));
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  writeFileSync(pair.configFile("helper"), JSON.stringify({ ...content, leaderUrl: url }));
  const said = async (given: Partial<typeof answer>) => {
    answer = { status: 200, body: { ok: true }, ahead: 0, version: "9.9.9", ...given };
    return (await examined(pair.configFile("helper"))).about;
  };
  const well = await said({});
  expect(well("the coordinator")?.state).toBe("ok");
  expect(well("clock of the coordinator")?.state).toBe("ok");
  expect(well("version of the coordinator")).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("9.9.9"),
  });
  expect((await said({ ahead: 3_600_000 }))("clock of the coordinator")).toMatchObject({
    state: "wrong",
    detail: expect.stringContaining("ahead of"),
  });
  expect((await said({ ahead: -20_000 }))("clock of the coordinator")).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("behind"),
  });
  const ill = { ok: false, problems: [{ part: "ledger", code: "ledger_behind", title: "Ledger" }] };
  expect((await said({ status: 503, body: ill }))("the coordinator")).toMatchObject({
    state: "wrong",
    detail: expect.stringContaining("ledger_behind"),
  });
  expect((await said({ body: { hello: 1 } }))("the coordinator")?.detail).toContain("no Paceline service");
});

test("whoever answers in the place of a service is shown none of its tokens", async (context) => {
  const pair = await newPair(context);
  const shown: string[] = [];
  const asked = new Set<string>();
  let said = "";
  const stranger = createServer((request, response) => {
    asked.add(request.url ?? "");
    if (request.headers.authorization !== undefined) shown.push(`${request.url} ${request.headers.authorization}`);
    response.statusCode = request.url === "/health" ? 200 : 404;
    response.end(request.url === "/health" ? said : "{}");
  });
  await new Promise<void>((done) => stranger.listen(0, "127.0.0.1", done));
  context.onTestFinished(() => void stranger.close());
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const examine = async (role: Role, changed: (content: Record<string, object>) => object, answer: string) => {
    said = answer;
    asked.clear();
    const content = JSON.parse(readFileSync(pair.configFile(role), "utf8"));
    const path = join(pair.folder, "changed.json");
    const operatorToken = "token-of-the-operator";
    writeFileSync(path, JSON.stringify({ ...content, operatorToken, ...changed(content) }), { mode: 0o600 });
    const { bad } = await examined(path);
    expect([asked.has("/health"), shown]).toEqual([true, []]);
    return bad.map(({ what }) => what);
  };
  const well = JSON.stringify({ ok: true });
  for (const role of ["coordinator", "helper"] as const)
    for (const answer of [well, "{}", "null", "<html>"])
      expect(await examine(role, () => ({ url }), answer)).toContain(`keys of this ${role}`);
  // Of the other's address the one thing that can be told is whether a service of this kind is there.
  for (const answer of ["{}", "null", "<html>"]) {
    const named = ({ helper }: Record<string, object>) => ({ helper: { ...helper, url } });
    expect(await examine("coordinator", named, answer)).toEqual(
      expect.arrayContaining(["the helper", "agreement of both"]),
    );
    expect(await examine("helper", () => ({ leaderUrl: url }), answer)).toEqual(
      expect.arrayContaining(["the coordinator", "agreement of both"]),
    );
  }
});
