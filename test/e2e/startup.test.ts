// What a service refuses to start with: keys, a role, a second process or a partner that do not belong to its database.
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { publicKeys } from "../../src/cli/serve/keys.ts";
import { serve } from "../support/launch.ts";
import { newPair, type Pair, type Role, startPair } from "../support/processes.ts";

const change = (pair: Pair, role: Role, fields: object): void => {
  const file = pair.configFile(role);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...fields }));
};

test("the keys of a database cannot be left out, changed or made anew", async (context) => {
  const pair = await newPair(context, { shipped: true });
  const keys = pair.keyFile("helper");
  // The first start of all makes them.
  rmSync(keys);
  await pair.start("helper");
  await pair.stop("helper");
  const made = publicKeys(keys);
  renameSync(keys, `${keys}.backup`);
  expect(await serve("helper", pair.configFile("helper"))).toMatch(/^66 .*helper\.keys is missing/);
  expect(existsSync(keys)).toBe(false);
  expect(publicKeys(keys)).not.toEqual(made);
  expect(await serve("helper", pair.configFile("helper"))).toMatch(/^75 .*not the one this database was made with/);
  copyFileSync(`${keys}.backup`, keys);
  await pair.start("helper");
});

test("a database serves one role and one process, and a killed process leaves it free", async (context) => {
  const pair = await startPair(context, { shipped: true });
  const { database, ...coordinator } = JSON.parse(readFileSync(pair.configFile("coordinator"), "utf8")) as {
    database: string;
  };
  const other = `${pair.configFile("coordinator")}.other`;
  const listen = { port: 0 };
  writeFileSync(other, JSON.stringify({ ...coordinator, listen, database }), { mode: 0o600 });
  expect(await serve("coordinator", other)).toMatch(/^75 .*another process works on .*coordinator\.sqlite/);
  writeFileSync(other, JSON.stringify({ ...coordinator, listen, database: pair.database("helper") }));
  expect(await serve("coordinator", other)).toMatch(/^75 .*another process works on .*helper\.sqlite/);
  await pair.stop("helper", "SIGKILL");
  expect(await serve("coordinator", other)).toMatch(/^75 .*this database is a helper's, and a coordinator was started/);
  await pair.start("helper");
  await pair.stop("coordinator", "SIGKILL");
  await pair.start("coordinator");
});

test("two services that do not fit each other do not look ready", async (context) => {
  const pair = await newPair(context, { shipped: true });
  await pair.start("helper");
  const token = "a-token-that-the-helper-does-not-know";
  const right = (JSON.parse(readFileSync(pair.configFile("coordinator"), "utf8")) as { helper: object }).helper;
  change(pair, "coordinator", { helper: { ...right, token } });
  const refused = await serve("coordinator", pair.configFile("coordinator"));
  expect(refused).toMatch(/^78 [\s\S]*does not accept this coordinator's token \[misconfigured\]/);
  expect(refused).not.toContain(token);
  change(pair, "coordinator", { helper: { ...right, signingKey: pair.keys.coordinator.signingKey } });
  expect(await serve("coordinator", pair.configFile("coordinator"))).toMatch(
    /^78 [\s\S]*signing key is another than here/,
  );
  change(pair, "coordinator", { helper: right });
  await pair.start("coordinator");
});
