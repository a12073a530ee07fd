// What the demo says beside an answer: a truth only of members who are there, a caution where a number is of no use; and
// a day on which nothing was worn is no inactive day.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { caution } from "../../../src/cli/demo/act-answers.ts";
import { answerOf } from "../../../src/cli/demo/answers.ts";
import { dataMembers } from "../../../src/cli/local/members.ts";
import { reduceWindow } from "../../../src/contribution/window.ts";
import { queryableMetric } from "../../../src/task/derived.ts";
import type { ReleaseDocument } from "../../../src/task/release.ts";
import { releaseWith } from "../../estimate/releases.ts";
import { top } from "../../house/files.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-answers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mvpa = queryableMetric("mvpa");
const guideline = {
  expression: mvpa?.expression ?? { metric: "moderate" },
  times: 7,
  daysMin: 7,
};

/** Share of the members with enough data who reach 150 active minutes in an average week of four. */
async function guidelineShare(file: string, columns: string): Promise<number> {
  const { members, lastDay } = await dataMembers([file], { columns }, true);
  const weeks = members
    .map(({ days }) => reduceWindow(days, guideline, { start: lastDay - 27, end: lastDay + 1 }))
    .filter((value) => value !== undefined);
  return weeks.filter((value) => value >= 150).length / weeks.length;
}

test("days without steps and without active minutes are not worn, and do not make members inactive", async () => {
  const days = Array.from({ length: 28 }, (_, i) => `2026-03-${String(i + 1).padStart(2, "0")}`);
  // 30 active minutes on each day of wearing; every second member wears it on every third day alone
  const rows = Array.from({ length: 8 }, (_, who) =>
    days.map((day, i) => (who % 2 === 0 || i % 3 === 0 ? `m${who},${day},9000,30,0` : `m${who},${day},,0,0`)),
  );
  const file = join(folder, "unworn.csv");
  writeFileSync(file, ["who,day,steps,mod,vig", ...rows.flat()].join("\n"));
  const columns = "member=who,date=day,steps=steps,moderate=mod,vigorous=vig";
  expect(await guidelineShare(file, columns)).toBe(1);
  const { notes } = await dataMembers([file], { columns }, true);
  expect(notes.join("\n")).toContain("moderate: 72 days not worn");
  const without = await dataMembers([file], { columns: "member=who,date=day,moderate=mod,vigorous=vig" }, true);
  expect(without.notes.join("\n")).toContain("a day of 0 active minutes counts as worn");
});

const shared = resolve(top, process.env.PACELINE_SHARED ?? "../shared", "data");
const there = existsSync(shared);

test.skipIf(!there)(`the same of public data${there ? "" : ` (skipped: no ${shared})`}`, async () => {
  const fitbit = "member=Id,date=ActivityDate,steps=TotalSteps,moderate=FairlyActiveMinutes,vigorous=VeryActiveMinutes";
  const file = join(shared, "fitbit/dailyActivity_merged_both_periods.csv");
  expect(await guidelineShare(file, fitbit)).toBeCloseTo(23 / 32, 12);
  const unworn = join(shared, "cases/import/56-demo-unworn-days-without-steps.csv");
  expect(await guidelineShare(unworn, "member=Id,date=Day,steps=Steps,moderate=Moderate,vigorous=Vigorous")).toBe(1);
});

test("no truth is stated of nobody, only that there is nobody", () => {
  const release = releaseWith({ edges: [0, 5000, 10_000, 15_000], groups: ["18-34", "35-54"] }, [3, -2, 9, 40, 30, 10]);
  const day = (i: number) => ({ day: 20_000 + i, values: { steps: 7000 } });
  const member = { id: "a", profile: { ageBand: "35-54" }, days: Array.from({ length: 28 }, (_, i) => day(i)) };
  const truths = new Map(answerOf(release, [member]).cells.map(({ key, truth }) => [key, truth]));
  expect([truths.get("18-34/mean steps"), truths.get("18-34/median steps")]).toEqual([NaN, NaN]);
  expect([truths.get("35-54/count steps"), truths.get("35-54/mean steps")]).toEqual([1, 7500]);
});

test("a number whose interval spans more than a quarter of what could be carries a caution", () => {
  const cautions = (release: ReleaseDocument) => {
    const answer = answerOf(release, []);
    return { said: caution(answer), useless: answer.cells.filter(({ useless }) => useless).map(({ key }) => key) };
  };
  const edges = [35, 45, 55, 65, 75, 85, 110];
  expect(cautions(releaseWith({ edges }, [100, 800, 2000, 2000, 800, 100]))).toEqual({ said: undefined, useless: [] });
  const few = cautions(releaseWith({ edges }, [0, 3, 4, 4, 2, 1]));
  expect(few.useless).toEqual(["all/mean steps", "all/p25 steps", "all/median steps", "all/p75 steps"]);
  expect(few.said).toMatch(/^Too uncertain to use \(How much\?\): all\/mean steps, /);
  expect(cautions(releaseWith({ edges: [0, 150, 300] }, [9000, 1000])).useless).toEqual([]);
  expect(cautions(releaseWith({ edges: [0, 150, 300] }, [9, 8])).useless).toEqual(["all/share steps>=150"]);
});
