// The questions that analysts of a membership really ask, each once through both services: as text, as the canonical JSON that
// it becomes, and as named numbers.
import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { cellsOf } from "../../src/estimate/answers.ts";
import type { Member } from "../../src/records/types.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise, testPolicy } from "../support/cluster.ts";
import { type AskedQuestion, asked } from "./asked-questions.ts";

const lastDay = 20_480;
const sites = ["north", "harbour"];
const lists = {
  site: sites,
  plan: ["standard", "plus"],
  classType: ["spin", "yoga"],
  appFeature: ["coach", "log"],
  supportTopics: ["billing", "app", "classes", "equipment", "other"],
};

/** Members with everything that the questions are about. */
const members: readonly Member[] = population({ seed: "asked", members: 30, lastDay }).map((member, i) => ({
  ...member,
  profile: {
    ...member.profile,
    site: sites[i % 2] as string,
    plan: lists.plan[i % 3 === 0 ? 1 : 0] as string,
    appFeature: lists.appFeature[i % 2] as string,
    tenureBand: i % 2 === 0 ? "0-3m" : "1-3y",
    classType: lists.classType[i % 4 === 0 ? 1 : 0] as string,
  },
  days: member.days.map((day) => ({
    ...day,
    values: { ...day.values, worn: 900, satisfaction: 1 + (i % 5), support_contacts: i % 3 },
  })),
}));

const metrics = [...testPolicy.metrics, "worn", "satisfaction", "support_contacts", "exercise_sessions"];

async function answer(sql: string) {
  const cluster = newCluster({
    noise: noNoise,
    terms: { registry: { definitions: [], lists } },
    policy: { metrics, lists },
  });
  const { task } = await cluster.coordinator.ask({ sql });
  for (const member of members) {
    const client = cluster.client(member);
    await client.consent.grant("service-improvement");
    await client.consent.grant("research");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  }
  const { question } = await cluster.coordinator.analyst.question(fromBase64Url(task));
  const release = decodeRelease(await cluster.coordinator.collect(fromBase64Url(task)));
  return { question, cells: cellsOf(release) };
}

describe("each question once", () => {
  test.each(asked.map((one): [string, AskedQuestion] => [one.what, one]))("%s", async (_, { sql, json, keys }) => {
    const window = `WINDOW LAST ${sql.weeks} WEEKS ENDING '${formatDay(lastDay)}'`;
    const { question, cells } = await answer(
      `SELECT ${sql.select} FROM member_week ${sql.by ?? ""} ${window} ${sql.with ?? ""}`,
    );
    expect(question).toEqual({
      version: 2,
      where: [],
      groupBy: [],
      daysMin: Math.floor((sql.weeks * 7) / 4),
      purpose: "service-improvement",
      privacy: { rho: "0.01" },
      minCohort: 5,
      window: { end: formatDay(lastDay), days: sql.weeks * 7 },
      ...json,
    });
    expect(cells.map(({ key }) => key)).toEqual(expect.arrayContaining([...keys]));
    for (const { estimate } of cells) {
      expect(estimate.interval95[0]).toBeLessThanOrEqual(estimate.estimate);
      expect(estimate.interval95[1]).toBeGreaterThanOrEqual(estimate.estimate);
    }
  });
});
