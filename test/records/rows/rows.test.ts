import { expect, test } from "vitest";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { rows } from "../../../src/records/rows/index.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { collect } from "../collect.ts";
import { bearsDamage, PRIVATE } from "../hostile-json.ts";
import { inputOf } from "../support.ts";

const lines =
  '{"member":"a","date":"2026-04-13","steps":8000,"site":"north"}\n{"member":"b","date":"2026-04-13","steps":"9000","rhr":61}\n';

test("lines and lists of days are read, each member's own", async () => {
  for (const text of [lines, `[${lines.trim().split("\n").join(",")}]`]) {
    const found = await collect(rows, text);
    expect(found.samples.map(({ member, metric, value }) => [member, metric, value])).toEqual([
      ["a", "steps", 8000],
      ["b", "steps", 9000],
      ["b", "rhr", 61],
    ]);
    expect(found.attributes).toEqual([{ member: "a", attribute: "site", value: "north" }]);
    expect(found.noted).toEqual({ numbers_as_text: 1 });
  }
});

test("what was imported can be imported again, to the same members", async () => {
  const load = (text: string) =>
    importFiles([{ input: inputOf("x", text, 4096), named: true, owner: "me" }], { registry: builtIn, readers });
  const once = await load(lines);
  const printed = {
    members: once.members.map(({ id, profile, days }) => ({
      id,
      profile,
      days: Object.fromEntries(
        days.map(({ day, values }) => [new Date(day * 86_400_000).toISOString().slice(0, 10), values]),
      ),
    })),
    report: once.report,
  };
  expect((await load(JSON.stringify(printed, undefined, 2))).members).toEqual(once.members);
});

test("days without a date or a metric, and ids of any length, are told", async () => {
  const found = await collect(
    rows,
    JSON.stringify([
      { member: "a", date: "2026-02-30", steps: 1 },
      { member: "a", date: "2026-04-13", height: 170 },
      { member: "x".repeat(200), date: "2026-04-13", steps: 1 },
      { date: "2026-04-13", steps: "many" },
    ]),
  );
  expect([found.samples, found.skipped]).toEqual([
    [],
    { not_a_date: 1, no_values: 1, damaged_member_id: 1, not_a_number: 1 },
  ]);
});

test("bears damage and tells nothing private", async () => {
  await bearsDamage(rows, [{ member: "a", date: "2026-04-13", steps: 1, ...PRIVATE }]);
  await bearsDamage(rows, {
    members: [{ id: "a", profile: { site: "north" }, days: { "2026-04-13": { steps: 1, rhr: 60 } }, ...PRIVATE }],
  });
});

test.each([
  [lines, true],
  ['[\n {"date": "2026-04-13", "steps": 1}]', true],
  ['{"members":[{"id":"a","days":{}}]}', true],
  ['{"data":[{"date":"2026-04-13"}]}', false],
  ['{"date":"13.04.2026"}', false],
])("%s is recognised: %s", (head, known) => {
  expect(rows.recognises(new TextEncoder().encode(head), "x")).toBe(known);
});

test("another app's JSON with a date is refused with what the keys would have to be", async () => {
  const other = '{"appVersion":"1.6","date":"2026-04-13","summary":{"walked":8123}}';
  const load = importFiles([{ input: inputOf("x.json", other, 4096), named: true, owner: "me" }], {
    registry: builtIn,
    readers,
  });
  await expect(load).rejects.toMatchObject({
    code: "invalid_data",
    hint: expect.stringMatching(/registry's ids.*--columns/),
  });
});
