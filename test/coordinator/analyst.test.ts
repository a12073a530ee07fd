// What analysts read of a coordinator, through its own HTTP app: lists in pages, coarse progress, budgets, the metrics there are.
import { expect, test } from "vitest";
import type { ExplainedQuestion } from "../../src/api/analyst.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { budgetOf } from "../../src/coordinator/budget.ts";
import { analystToken, type ClusterOptions, newCluster, noNoise, urls } from "../support/cluster.ts";
import { smallQuestion, steadyMember } from "../support/questions.ts";

const START = 1_770_000_000_000;

function clusterAt(options: ClusterOptions = {}) {
  const clock = { ms: START };
  const cluster = newCluster({ noise: noNoise, clock: { now: () => clock.ms }, ...options });
  const analyst = { transport: cluster.transport, url: urls.coordinator, token: analystToken };
  const answer = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const client = cluster.client(steadyMember(60, `member-${i}`));
      await client.consent.grant("service-improvement");
      await client.sync();
    }
  };
  const question = (task: string) => call(analyst, coordinatorRoutes.question, { parameters: { task } });
  const explain = async (body: unknown) =>
    (await call(analyst, coordinatorRoutes.explain, { body })) as ExplainedQuestion;
  return { ...cluster, clock, analyst, answer, question, explain };
}

const sql = "SELECT AVG(rhr) FROM member_week WINDOW LAST 2 WEEKS WITH (rho = 0.02, days_min = 1)";

test("a batch fills in steps: no answer tells how many came", async () => {
  const { analyst, answer, question, clock, coordinator } = clusterAt({ terms: { quietSeconds: 60 } });
  const { task } = await call(analyst, coordinatorRoutes.ask, { body: { ...smallQuestion, minCohort: 8 } });
  const seen: string[] = [];
  for (let members = 0; members <= 10; members++) {
    const { progress } = await question(task);
    seen.push(progress.reports);
    expect(progress.complete).toBe(false);
    await answer(members, members + 1);
  }
  expect(seen).toEqual(["none", "none", "some", "some", "half", "half", "most", "most", "enough", "enough", "enough"]);
  clock.ms += 59_999;
  expect((await question(task)).progress.complete).toBe(false);
  clock.ms += 1;
  expect((await question(task)).progress).toEqual({ reports: "enough", complete: true });
  await answer(11, 12);
  expect((await question(task)).progress.complete).toBe(false);
  await coordinator.collect(fromBase64Url(task));
  expect(await question(task)).toMatchObject({
    state: "settled",
    settled: Math.floor(clock.ms / 1000),
    progress: { reports: "enough", complete: true },
    question: { select: [{ statistic: "histogram", of: { formula: "rhr" } }], minCohort: 8 },
  });
});

test("where the operator does not say how long to wait, a batch is complete when its time is over", async () => {
  const { analyst, answer, question, clock } = clusterAt();
  const { task } = await call(analyst, coordinatorRoutes.ask, { body: smallQuestion });
  await answer(0, 5);
  const { closes, progress } = await question(task);
  expect(progress).toEqual({ reports: "enough", complete: false });
  clock.ms = closes * 1000;
  expect((await question(task)).progress.complete).toBe(true);
});

test("questions are listed newest first, a hundred a page, with their canonical documents one by one", async () => {
  const { analyst, question, coordinatorStore } = clusterAt();
  const { task } = await call(analyst, coordinatorRoutes.ask, { body: { sql } });
  expect(await question(task)).toMatchObject({
    kind: "question",
    title: "Mean of rhr",
    rho: "0.02",
    window: { start: "2026-01-19", end: "2026-02-01" },
    question: { version: 2, select: [{ statistic: "mean", of: { formula: "rhr" } }], privacy: { rho: "0.02" } },
    notice: expect.stringContaining("resting heart rate"),
  });
  const row = await coordinatorStore.read((rows) => rows.queryOfTask(fromBase64Url(task)));
  if (row === undefined) throw new Error("asked");
  for (let i = 0; i < 120; i++)
    await coordinatorStore.transaction((rows) =>
      rows.putQuery({ ...row, hash: `h${i}`, task: new Uint8Array(32).fill(i), opens: row.opens + i }),
    );
  const first = await call(analyst, coordinatorRoutes.questions);
  expect([first.questions.length, first.questions[0]?.asked]).toEqual([100, row.opens + 119]);
  const next = await analyst.transport.send({
    method: "GET",
    url: `${urls.coordinator}/v1/questions?before=${first.next}`,
    headers: { authorization: `Bearer ${analystToken}` },
  });
  const second = JSON.parse(new TextDecoder().decode(next.body));
  expect(second).toMatchObject({ next: null });
  expect([second.questions.length, second.questions.at(-1).task]).toEqual([21, task]);
  await expect(question("A".repeat(43).replace("A", "B"))).rejects.toMatchObject({ code: "not_found" });
});

test("explaining tells what remains, and why not; asking again costs nothing", async () => {
  const { analyst, explain } = clusterAt({ terms: { epochCap: 25_000_000n }, policy: { yearCap: 24_000_000n } });
  const before = await explain({ sql });
  expect(before).toMatchObject({
    asked: null,
    blocked: null,
    lifetime: { answer: { rho: 0.02 }, week: { rho: 0.025 }, year: { rho: 1.325 }, fiveYears: { rho: 6.625 } },
  });
  expect(before.budget.coordinator.filter(({ epoch }) => epoch.includes("W"))).toEqual(
    before.budget.coordinator
      .map(({ epoch }) => ({ epoch, cap: "0.025", spent: "0", left: "0.025", after: "0.005" }))
      .filter(({ epoch }) => epoch.includes("W")),
  );
  const { task } = await call(analyst, coordinatorRoutes.ask, { body: { sql } });
  const again = await explain({ sql });
  expect(again).toMatchObject({ asked: { task, state: "published" }, blocked: null });
  expect(again.budget.coordinator[0]).toMatchObject({ left: "0.005", after: "0.005" });
  const other = await explain({ sql: sql.replace("rhr", "steps") });
  expect(other.blocked).toEqual({
    code: "budget_exhausted",
    why: expect.stringContaining("the coordinator's ledger of the week 2026-W04 has ρ = 0.005 of 0.025 left"),
    change: "Ask for at most ρ = 0.004, which is what 2026 has left: WITH (rho = 0.004).",
  });
  const small = await explain({ sql: sql.replace("days_min", "min_cohort = 2, days_min") });
  expect(small.blocked).toMatchObject({ code: "policy_refused", why: expect.stringContaining("floor of 5") });
});

test("the helper's rules are told before asking, and its books as far as it answers", async () => {
  const { explain, analyst } = clusterAt({ policy: { purposes: ["research"], rhoMax: 1_000_000n } });
  expect((await explain({ sql })).blocked).toMatchObject({ code: "policy_refused" });
  const { coordinator, helper } = await call(analyst, coordinatorRoutes.budget);
  expect(coordinator).toMatchObject({ left: "5", rhoPerDay: 0, exhaustedInDays: null });
  expect(helper).toEqual({ epochs: [], left: null, rhoPerDay: 0, exhaustedInDays: null });
});

test("a budget says what is left and for how many days at the rate of the last 28", () => {
  const task = (n: number) => `t${n}`;
  const debit = (n: number, rho: string, daysAgo: number) => ({
    task: task(n),
    at: START - daysAgo * 86_400_000,
    rho,
    epochs: ["2026"],
    mechanism: "{}",
  });
  const ledger = {
    epochs: [
      { epoch: "2025", cap: "100", spent: "9" },
      { epoch: "2025-W01", cap: "100", spent: "9" },
      { epoch: "2026", cap: "1000000000", spent: "440000000" },
      { epoch: "2026-W05", cap: "500000000", spent: "400000000" },
    ],
    debits: [debit(1, "280000000", 3), debit(2, "160000000", 40), debit(3, "500000000", 1)],
    releases: [debit(3, "500000000", 1)],
  };
  const budget = budgetOf(ledger, START, 604_800, { week: 500_000_000n, year: 1_000_000_000n });
  expect(budget).toMatchObject({ left: "0.1", rhoPerDay: 0.01, exhaustedInDays: 56 });
  expect(budget.epochs.map(({ epoch }) => epoch)).toEqual([
    "2025",
    "2026",
    ...["02", "03", "04", "05", "06", "07"].map((week) => `2026-W${week}`),
  ]);
  expect(budgetOf({ ...ledger, debits: [] }, START, 1).exhaustedInDays).toBeNull();
});

test("the metrics are the built-in ones with the operator's lists", async () => {
  const { analyst } = clusterAt({ terms: { registry: { definitions: [], lists: { site: ["north", "south"] } } } });
  const { metrics, attributes } = await call(analyst, coordinatorRoutes.metrics);
  expect(metrics.find(({ id }) => id === "mvpa")).toMatchObject({ unit: "min", per: "week", own: false });
  expect(attributes.find(({ id }) => id === "site")).toMatchObject({ values: ["north", "south"], own: false });
});
