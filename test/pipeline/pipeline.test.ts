import { expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { encodeHistogram } from "../../src/contribution/encode.ts";
import { reduceWindow } from "../../src/contribution/window.ts";
import type { QuerySpec } from "../../src/query/spec.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";

const lastDay = 20_480;
const spec: QuerySpec = {
  version: 1,
  name: "rhr",
  title: "What is a usual resting heart rate?",
  metric: "rhr",
  per: "day",
  daysMin: 7,
  window: { end: formatDay(lastDay), days: 28 },
  edges: [35, 50, 55, 60, 65, 70, 75, 80, 110],
  groupBy: { attribute: "ageBand", values: ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"] },
  purpose: "service-improvement",
  epsilon: "1",
  minCohort: 20,
};

test("members' reports become a release that is the true sum under the zero source", async () => {
  const cluster = newCluster({ noise: noNoise });
  const members = population({ seed: "pipeline", members: 60, lastDay });
  const asked = await cluster.coordinator.ask(spec);
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
  if (release.encoder.kind !== "histogram" || release.source.kind !== "statistic") throw new Error("a histogram");
  const truth = new Array<number>(release.values.length + 1).fill(0);
  for (const member of members) {
    const value = reduceWindow(member.days, release.source, release.window);
    encodeHistogram(release.encoder, value, member.profile).vector.forEach((x, i) => {
      truth[i] = (truth[i] as number) + x;
    });
  }
  expect(release.values).toEqual(truth.slice(0, -1));
  expect(truth.at(-1)).toBeGreaterThan(0);
  expect(await cluster.coordinator.collect(task)).toEqual(bytes);
  expect(await cluster.coordinator.ask({ ...spec, name: "again", title: "Other words" })).toMatchObject({
    state: "settled",
    task: asked.task,
  });
});
