// Older copies of what rotation changes: the key file, and the database beside a key that is destroyed.
import { copyFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nearlyCollected, restore, trouble } from "../../e2e/copies.ts";
import { ask, collect, newDevices, openRelease, syncAll } from "../../e2e/members.ts";
import { acknowledge, goesOn } from "../../e2e/operator.ts";
import { serve } from "../../support/launch.ts";
import { newPair, startPair } from "../../support/processes.ts";
import { age, rotateReceiving, seen, written } from "../../support/receiving-keys.ts";

test.concurrent("an older key file beside open tasks of the newer one: refused at start, and nothing of it is lost", async (context) => {
  const pair = await startPair(context, { shipped: true });
  const file = pair.keyFile("helper");
  copyFileSync(file, `${file}.older`);
  await rotateReceiving(pair, "helper");
  await seen();
  const { task } = await ask(pair);
  await syncAll((await newDevices(pair)).clients);
  await pair.stop("helper");
  copyFileSync(file, `${file}.newer`);
  copyFileSync(`${file}.older`, file);
  expect(await serve("helper", pair.configFile("helper"))).toMatch(/^78 .*1 open tasks are sealed to a receiving key/);
  copyFileSync(`${file}.newer`, file);
  await pair.start("helper");
  expect(openRelease(await collect(pair, task)).task).toBe(task);
});

test.concurrent("an older copy of a database whose tasks' key is destroyed: its tasks are closed, and it goes on", async (context) => {
  const pair = await newPair(context);
  const task = await nearlyCollected(pair, "helper");
  await rotateReceiving(pair, "helper");
  await seen();
  const release = await collect(pair, task);
  age(pair, "helper");
  await expect.poll(() => written(pair, "helper").before, { timeout: 5000 }).toBeUndefined();
  await pair.stop("helper");
  restore(pair, "helper", { withMark: true });
  expect(await serve("helper", pair.configFile("helper"))).toMatch(/^78 .*paceline ledger acknowledge/s);
  expect(await acknowledge(pair, "helper", "the disk failed")).toContain(`closed for ever: task ${task}`);
  await pair.start("helper");
  await goesOn(pair, 5);
  expect(await collect(pair, task)).toBe(release);
  expect(await trouble(pair, "helper")).toBeUndefined();
});
