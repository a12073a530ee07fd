// Losses of more than one file, and what an operator says about them.
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { backUp, mark, nearlyCollected, parts, restore, trouble } from "../../e2e/copies.ts";
import { readDurable } from "../../e2e/durable.ts";
import { ask, collect, question } from "../../e2e/members.ts";
import { acknowledge, goesOn, spentBy } from "../../e2e/operator.ts";
import { newPair, startPair } from "../../support/processes.ts";

test("a helper's database and mark are gone: what the coordinator's ledger says is charged again", async (context) => {
  const pair = await startPair(context);
  const { task } = await ask(pair);
  await ask(pair, { ...question, daysMin: 5 });
  await pair.stop("helper");
  for (const part of parts) rmSync(pair.database("helper") + part, { force: true });
  rmSync(mark(pair, "helper"));
  await pair.start("helper");
  // It begins anew, and the coordinator tells it otherwise.
  await expect(ask(pair, { ...question, daysMin: 6 })).rejects.toMatchObject({ code: "ledger_behind" });
  expect(await trouble(pair, "helper")).toMatch(/the coordinator holds entry/);
  await pair.stop("helper");
  expect(await acknowledge(pair, "helper", "the disk is gone")).toMatch(new RegExp(`closed for ever: task ${task}`));
  // With what the coordinator had reserved when it was refused.
  expect(spentBy(pair, "helper")).toEqual(spentBy(pair, "coordinator"));
  await pair.start("helper");
  await goesOn(pair, 7);
  expect(await trouble(pair, "helper")).toBeUndefined();
});

test("both services are restored from before: both say so, the marks know what was spent, and nothing is released twice", async (context) => {
  const pair = await newPair(context);
  const task = await nearlyCollected(pair, "helper");
  await pair.stop("coordinator");
  backUp(pair, "coordinator");
  await pair.start("coordinator");
  await collect(pair, task);
  // Both copies forget this one altogether.
  await ask(pair, { ...question, daysMin: 5 });
  const spent = { coordinator: spentBy(pair, "coordinator"), helper: spentBy(pair, "helper") };
  for (const role of ["coordinator", "helper"] as const) {
    await pair.stop(role);
    restore(pair, role);
    await pair.start(role);
    expect(await trouble(pair, role)).toMatch(/mark beside the database/);
  }
  for (const role of ["coordinator", "helper"] as const) {
    await pair.stop(role);
    expect(await acknowledge(pair, role, "one backup of both")).toMatch(
      /charged (besides|as the coordinator has it): ρ = /,
    );
    expect(spentBy(pair, role)).toEqual(spent[role]);
    await pair.start(role);
  }
  for (const role of ["coordinator", "helper"] as const) expect(await trouble(pair, role)).toBeUndefined();
  await goesOn(pair, 7);
  // The leader has its batch of the first question; the helper gives no share of it again.
  await expect(collect(pair, task)).rejects.toMatchObject({ code: "conflict" });
  expect([pair.draws("coordinator"), pair.draws("helper")]).toEqual([2, 2]);
  expect(readDurable(pair, "coordinator").leaves).toBe(1);
});

test("a coordinator's older copy: its open tasks are closed there too", async (context) => {
  const pair = await newPair(context);
  const task = await nearlyCollected(pair, "coordinator");
  const lost = await ask(pair, { ...question, daysMin: 5 });
  const release = await collect(pair, task);
  const spent = spentBy(pair, "coordinator");
  await pair.stop("coordinator");
  restore(pair, "coordinator", { withMark: true });
  await pair.start("coordinator");
  expect(await trouble(pair, "coordinator")).toMatch(/the helper holds entry/);
  await pair.stop("coordinator");
  await acknowledge(pair, "coordinator", "restored");
  expect(spentBy(pair, "coordinator")).toEqual(spent);
  await pair.start("coordinator");
  await goesOn(pair, 7);
  // Its own batch is stored, and so is the helper's share: the same release again, to the byte.
  expect(await collect(pair, task)).toBe(release);
  // The question that was lost is a new one, at a new price.
  expect((await ask(pair, { ...question, daysMin: 5 })).task).not.toBe(lost.task);
});
