// An identical request waits for no plan; one that could mean something else is planned.
import { expect, test } from "vitest";
import { inlinePlanner, type Planner } from "../../src/query/planner.ts";
import { newCluster } from "../support/cluster.ts";
import { nowSeconds, smallQuestion } from "../support/questions.ts";

const DAY_MS = 86_400_000;

function counted() {
  const plans: unknown[] = [];
  const planner: Planner = {
    ...inlinePlanner,
    async plan(json, setting) {
      plans.push(json);
      return await inlinePlanner.plan(json, setting);
    },
  };
  const clock = { ms: nowSeconds * 1000, now: () => clock.ms };
  return { plans, clock, cluster: newCluster({ planner, clock }) };
}

test("asked again in the same words, it is planned once; in others, or on another day, again", async () => {
  const { plans, clock, cluster } = counted();
  const first = await cluster.coordinator.ask(smallQuestion);
  for (let i = 0; i < 20; i++) expect(await cluster.coordinator.ask(structuredClone(smallQuestion))).toEqual(first);
  expect(plans).toHaveLength(1);
  expect(await cluster.coordinator.ask({ ...smallQuestion, name: "other" })).toEqual(first);
  expect(plans).toHaveLength(2);
  clock.ms += DAY_MS;
  expect(await cluster.coordinator.ask(smallQuestion)).toEqual(first);
  expect(plans).toHaveLength(3);
});

test("what is refused is planned each time: nothing stands for it", async () => {
  const { plans, cluster } = counted();
  for (let i = 0; i < 3; i++)
    await expect(cluster.coordinator.ask({ ...smallQuestion, minCohort: 1 })).rejects.toMatchObject({
      code: "policy_refused",
    });
  expect(plans).toHaveLength(3);
});

test.each<[string, unknown, string]>([
  ["no text", { sql: "" }, "the question's sql is wrong"],
  ["a number", { sql: 5 }, "the question's sql is wrong"],
  ["blanks", { sql: "  " }, "line 1, column 1: the text"],
  ["a field beside", { sql: "SELECT COUNT(*) FROM member_week", name: "x" }, "name"],
  ["nothing", null, "shape"],
])("%s is told exactly", async (_, body, words) => {
  await expect(newCluster().coordinator.ask(body)).rejects.toMatchObject({
    code: "invalid_query",
    message: expect.stringContaining(words),
  });
});

test("the form of version 1 is refused with what it is now", async () => {
  const old = {
    version: 1,
    name: "small",
    title: "Usual?",
    metric: "rhr",
    per: "day",
    daysMin: 1,
    window: { end: "2026-01-28", days: 7 },
    edges: [35, 60, 110],
    groupBy: { attribute: "ageBand", values: ["18-24"] },
    purpose: "service-improvement",
    epsilon: "1",
    minCohort: 5,
  };
  const cluster = newCluster();
  const refused = await cluster.coordinator
    .ask(old)
    .catch((error: unknown) => error as { message: string; hint: string });
  expect(refused).toMatchObject({ code: "invalid_query", message: expect.stringContaining("the form of version 1") });
  const renewed = JSON.parse(/\{.*\}/.exec("hint" in refused ? refused.hint : "")?.[0] ?? "{}");
  expect(await cluster.coordinator.ask(renewed)).toMatchObject({ state: "published" });
});
