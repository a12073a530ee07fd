// What the operators count: reports by stage and outcome, jobs, refusals; each once, and by nobody's choice of words.
import { expect, test } from "vitest";
import { outcomeName, outcomeOf } from "../../src/aggregate/outcome.ts";
import type { Meter } from "../../src/ports/meter.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { newRound } from "../support/rounds.ts";

test("reports taken, replayed and refused, at upload and by both parties' verification", async () => {
  const counts: Record<string, number> = {};
  const meter: Meter = (what, labels, count) => {
    const name = `${what} ${Object.values(labels).join(" ")}`;
    counts[name] = (counts[name] ?? 0) + count;
  };
  const cluster = newCluster({ noise: noNoise, meter });
  const round = await newRound(cluster);
  await round.fill([50, 65, 65, 65, 80]);
  const report = await round.report(65);
  const spoiled = (await round.report(65)).slice();
  // The end of a report is the helper's sealed share.
  spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1;
  for (const one of [report, report, spoiled]) await round.send(one);
  await cluster.coordinator.collect(round.id);
  expect(counts).toEqual({
    "reports upload accepted": 7,
    "reports upload report_replayed": 1,
    "reports verify accepted": 12,
    "reports verify hpke_decrypt_error": 2,
    "jobs answered": expect.any(Number),
    "jobs recorded": expect.any(Number),
  });
  expect(counts["jobs answered"]).toBe(counts["jobs recorded"]);
});

test("codes of another party that have no name share one", () => {
  expect([outcomeOf(null), outcomeOf(2), outcomeOf(200), outcomeName(77)]).toEqual([
    ...["accepted", "report_replayed", "other", "other"],
  ]);
});
