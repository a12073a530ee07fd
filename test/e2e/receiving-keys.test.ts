// Receiving keys that are replaced under open tasks: what was sealed to an old one is opened by it, new tasks name the new one, and
// the old one is destroyed when the last task that needs it is over.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { tasksRoute } from "../../src/api/register.ts";
import { coordinatorRoutes, helperRoutes } from "../../src/api/routes.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { receivingKeyFindings } from "../../src/cli/doctor/receiving-keys.ts";
import { readCoordinatorConfig, readHelperConfig } from "../../src/cli/serve/config.ts";
import { publicKeys } from "../../src/cli/serve/keys.ts";
import { decodeManifest } from "../../src/task/manifest.ts";
import { type Pair, type Role, startPair } from "../support/processes.ts";
import { age, rotateReceiving, seen, written } from "../support/receiving-keys.ts";
import { expectLedgersToHold } from "./durable.ts";
import { ask, collect, newDevices, openRelease, question, syncAll, truthOf } from "./members.ts";
import { goesOn } from "./operator.ts";

const roles = ["coordinator", "helper"] as const;

const keysOf = (pair: Pair, role: Role) =>
  role === "coordinator" ? call(pair.coordinator, coordinatorRoutes.keys) : call(pair.helper, helperRoutes.keys);

async function namedBy(pair: Pair): Promise<readonly { coordinator: string; helper: string }[]> {
  const { tasks } = await call(pair.coordinator, tasksRoute);
  return tasks.map(({ manifest }) => {
    const { leader, helper } = decodeManifest(fromBase64Url(manifest)).aggregators;
    return { coordinator: leader.hpke, helper: helper.hpke };
  });
}

const findings = (pair: Pair, role: Role) =>
  receivingKeyFindings(
    role === "coordinator"
      ? { role, config: readCoordinatorConfig(pair.configFile(role)) }
      : { role, config: readHelperConfig(pair.configFile(role)) },
    pair.transport,
  );

test.concurrent("reports before and after, collected after; then the old keys are gone from every file", async (context) => {
  const pair = await startPair(context);
  const old = { coordinator: publicKeys(pair.keyFile("coordinator")), helper: publicKeys(pair.keyFile("helper")) };
  const secrets = roles.map((role) => written(pair, role).hpke.secret);
  const { task: first } = await ask(pair);
  const devices = await newDevices(pair);
  await syncAll(devices.clients.slice(0, 7));
  for (const role of roles) {
    const said = await rotateReceiving(pair, role);
    expect(said).toEqual({ file: pair.keyFile(role), hpke: publicKeys(pair.keyFile(role)).hpke });
    expect(said.hpke).not.toBe(old[role].hpke);
  }
  await seen();
  // A service that finds a new key at its start is the same one, too.
  await pair.stop("helper", "SIGKILL");
  await pair.start("helper");
  const { task: second } = await ask(pair, { ...question, daysMin: 4 });
  await syncAll(devices.clients);
  const [before, after] = await namedBy(pair);
  expect(before).toEqual({ coordinator: old.coordinator.hpke, helper: old.helper.hpke });
  for (const role of roles) expect(after?.[role]).toBe(publicKeys(pair.keyFile(role)).hpke);
  for (const role of roles) {
    age(pair, role);
    expect(await keysOf(pair, role)).toMatchObject({
      held: [
        { hpke: after?.[role], tasks: [second], count: 1, replaced: null },
        { hpke: before?.[role], tasks: [first], count: 1 },
      ],
      missing: [],
    });
    expect(await findings(pair, role)).toMatchObject([
      { what: "receiving keys", state: "ok", detail: expect.stringMatching(/0 days old/) },
      { what: "old receiving key", state: "ok", detail: expect.stringContaining(`sealed to it: ${first}`) },
    ]);
  }
  await seen();
  for (const role of roles) expect(written(pair, role).before).toHaveLength(1);
  const release = await collect(pair, first);
  expect(openRelease(release).values).toEqual(truthOf(openRelease(release), devices.members));
  for (const role of roles) {
    await expect.poll(() => written(pair, role).before, { timeout: 5000 }).toBeUndefined();
    const log = () => readFileSync(join(pair.folder, `${role}.log`), "utf8");
    await expect.poll(log, { timeout: 5000 }).toMatch(/receiving key \d+ is destroyed/);
    await pair.stop(role);
    await pair.start(role);
  }
  const last = openRelease(await collect(pair, second));
  expect(last.values).toEqual(truthOf(last, devices.members));
  expect(await collect(pair, first)).toBe(release);
  await goesOn(pair, 6);
  expectLedgersToHold(pair);
  for (const name of readdirSync(pair.folder))
    for (const secret of secrets) {
      const content = readFileSync(join(pair.folder, name));
      for (const form of [Buffer.from(secret), Buffer.from(secret, "base64url")])
        expect([name, content.includes(form)]).toEqual([name, false]);
    }
});
