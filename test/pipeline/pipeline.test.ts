import { expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { encodeStatistics } from "../../src/contribution/statistics.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { binsOf } from "../support/questions.ts";

const lastDay = 20_480;
const question = {
  version: 2,
  name: "rhr",
  title: "What is a usual resting heart rate?",
  select: binsOf("rhr", [35, 50, 55, 60, 65, 70, 75, 80, 110]),
  groupBy: [{ attribute: "ageBand" }],
  window: { days: 28, end: formatDay(lastDay) },
  daysMin: 7,
  purpose: "service-improvement",
  privacy: { epsilon: "1" },
  minCohort: 20,
};

test("members' reports become a release that is the true sum under the zero source", async () => {
  const cluster = newCluster({ noise: noNoise });
  const members = population({ seed: "pipeline", members: 60, lastDay });
  const asked = await cluster.coordinator.ask(question);
  expect(asked.state).toBe("published");
  for (const member of members) {
    const client = cluster.client(member);
    expect(await client.sync()).toEqual([]);
    await client.consent.grant("service-improvement");
    const results = await client.sync();
    expect(results).toMatchObject([{ outcome: "sent" }]);
    expect(await client.sync()).toEqual([]);
  }
  const task = fromBase64Url(asked.task);
  const bytes = await cluster.coordinator.collect(task);
  const release = decodeRelease(bytes);
  const { source, encoder, window } = release;
  if (encoder.kind !== "product" || source.kind !== "statistics") throw new Error("statistics");
  const truth = new Array<number>(release.values.length + 1).fill(0);
  for (const member of members)
    encodeStatistics(member, source, encoder, window).vector.forEach((x, i) => {
      truth[i] = (truth[i] as number) + x;
    });
  expect(release.values).toEqual(truth.slice(0, -1));
  expect(truth.at(-1)).toBeGreaterThan(0);
  expect(await cluster.coordinator.collect(task)).toEqual(bytes);
  expect(await cluster.coordinator.ask({ ...question, name: "again", title: "Other words" })).toMatchObject({
    state: "settled",
    task: asked.task,
  });
});
