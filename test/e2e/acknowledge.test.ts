// What an operator says about an older copy: everything that it may have forgotten stays spent, no task of it gives a
// share again, and the services go on together.
import { expect, test } from "vitest";
import { shareRequest } from "../../src/aggregate/share.ts";
import { newPair } from "../support/processes.ts";
import { nearlyCollected, restore, trouble } from "./copies.ts";
import { ask, collect, question } from "./members.ts";
import { acknowledge, goesOn, spentBy } from "./operator.ts";
import { openLeaderTask, refusal } from "./shares.ts";

test("a helper's older copy: what it forgot stays spent, its open tasks are closed, and the next question is answered", async (context) => {
  const pair = await newPair(context);
  const task = await nearlyCollected(pair, "helper");
  const release = await collect(pair, task);
  await ask(pair, { ...question, daysMin: 5 });
  const opened = await openLeaderTask(pair, task);
  const request = shareRequest(opened.task, opened.batch());
  const spent = spentBy(pair, "helper");
  await pair.stop("helper");
  restore(pair, "helper");
  const shown = await acknowledge(pair, "helper");
  expect(shown).toMatch(/lost: what led to entry \d+/);
  expect(shown).toMatch(/charged as the coordinator has it: ρ = \S+ of task /);
  expect(shown).toMatch(new RegExp(`closed for ever: task ${task}`));
  expect(shown).toMatch(/Nothing was changed/);
  await pair.start("helper");
  expect(await trouble(pair, "helper")).toMatch(/mark beside the database/);
  await pair.stop("helper");
  const done = await acknowledge(pair, "helper", "the disk failed, the backup of Monday was restored");
  expect(done).toMatch(/Acknowledged/);
  expect(await acknowledge(pair, "helper", "again")).toMatch(/Nothing to acknowledge/);
  expect(spentBy(pair, "helper")).toEqual(spent);
  await pair.start("helper");
  expect(await trouble(pair, "helper")).toBeUndefined();
  await goesOn(pair, 7);
  expect(await refusal(pair, opened.task, request)).toBe("conflict");
  // Once for the first question, once for the last.
  expect(pair.draws("helper")).toBe(2);
  expect(await collect(pair, task)).toBe(release);
  for (const role of ["helper", "coordinator"] as const) {
    await pair.stop(role);
    await pair.start(role);
    expect(await trouble(pair, role)).toBeUndefined();
  }
});

test("without the other side nothing can be acknowledged", async (context) => {
  const pair = await newPair(context);
  await pair.start("helper");
  await pair.start("coordinator");
  await pair.stop("helper");
  await pair.stop("coordinator");
  await expect(acknowledge(pair, "helper", "no")).rejects.toMatchObject({ code: "unavailable" });
});
