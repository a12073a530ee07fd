// What asynchronous rounds with a buffer (FedBuff) are for, in rounds that do not overlap: as many updates as the buffer holds close a
// round, whoever else is on the way; who comes too late is not lost, but trains the next model at its next sync.
import { expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { attendanceDraft } from "../../../src/learning/plan/attendance.ts";
import { population } from "../../../src/simulate/index.ts";
import { newCluster, noNoise } from "../../support/cluster.ts";
import { lastDay } from "../../support/questions.ts";

const COUNT = 12;
const ROUNDS = 3;
const STEP_MS = 120_000;
const members = population({ seed: "a buffer", members: COUNT, lastDay });

/** Devices that answer at moments of their own within half an hour. @returns how long three rounds took, and what became of devices */
async function trained(most: number) {
  let now = 1_770_000_000_000;
  const cluster = newCluster({ noise: noNoise, clock: { now: () => now } });
  const { trainings } = cluster.coordinator;
  const { run } = await trainings.begin({
    ...attendanceDraft({ metrics: ["steps", "visits"], rounds: ROUNDS, rhoPerRound: "0.03" }),
    ...{ cohort: { expected: most, least: 5, most }, end: formatDay(lastDay) },
  });
  const clients = members.map((member) => cluster.client(member, { schedule: "spread" }));
  for (const client of clients) await client.consent.grant("model-training");
  const told = clients.map((): string[] => []);
  for (let steps = 1; steps < 200; steps++) {
    now += STEP_MS;
    for (const [i, client] of clients.entries())
      for (const { outcome } of await client.sync()) if (outcome !== "waiting") told[i]?.push(outcome);
    expect(await trainings.advanceAll()).toEqual([]);
    const { phase } = await trainings.one(run);
    if (phase === "ended") return { minutes: (steps * STEP_MS) / 60_000, told, view: await trainings.one(run) };
  }
  throw new Error("rounds never end");
}

test("a round is as long as its buffer takes to fill, not as long as its slowest device", async () => {
  const [buffered, everyone] = [await trained(5), await trained(COUNT)];
  expect(buffered.view.rounds).toHaveLength(ROUNDS);
  expect(everyone.view.rounds).toHaveLength(ROUNDS);
  expect(buffered.minutes).toBeLessThan(0.75 * everyone.minutes);
  // With room for all, nobody is late.
  expect(new Set(everyone.told.flat())).toEqual(new Set(["sent"]));
  // Late ones take part again: those who were refused once were taken before or after.
  const late = buffered.told.filter((outcomes) => outcomes.includes("rejected"));
  expect(late.length).toBeGreaterThan(0);
  expect(buffered.told.flat().filter((outcome) => outcome === "sent")).toHaveLength(5 * ROUNDS);
  expect(late.some((outcomes) => outcomes.lastIndexOf("sent") > outcomes.indexOf("rejected"))).toBe(true);
});
