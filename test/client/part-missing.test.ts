// A part of the app that does not load: a page of an older build, a cut line. What needs it waits; nothing is refused for it.
import { expect, test, vi } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { population } from "../../src/simulate/index.ts";
import { newCluster } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";
import { device } from "./harness.ts";

const part = "../../src/client/training.ts";

test("a training waits until what trains can be loaded, and is answered then", async () => {
  const cluster = newCluster();
  const draft = attendanceDraft({ metrics: ["steps", "visits"], expected: 25, least: 5 });
  await cluster.coordinator.trainings.begin({ ...draft, end: formatDay(lastDay) });
  const [member] = population({ seed: "woken", members: 1, lastDay });
  const { client, wire } = device(cluster, member);
  await client.consent.grant("model-training");
  vi.doMock(part, () => {
    throw new Error("Failed to fetch dynamically imported module");
  });
  for (let i = 0; i < 2; i++)
    expect(await client.sync()).toMatchObject([{ outcome: "waiting", why: expect.stringContaining("did not load") }]);
  expect(wire.sent.every(({ method }) => method === "GET")).toBe(true);
  vi.doUnmock(part);
  vi.resetModules();
  expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
});
