// Archives that end in the middle: what came whole is used, half a row is none.
import { gzipSync } from "fflate";
import { expect, test } from "vitest";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { parseColumns } from "../../../src/records/tables/mapping.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { inputOf } from "../support.ts";

test("of a table that is cut off anywhere no value is another than it was, and no id is read in another encoding", async () => {
  const steps = (day: number) => 5000 + ((day * 7919) % 5000);
  const rows = Array.from({ length: 200 }, (_, day) => {
    const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
    return `"Zoé ${day % 3}",${date},${steps(day)}`;
  });
  const whole = gzipSync(new TextEncoder().encode(`Id,Day,Steps\n${rows.join("\n")}\n`));
  let truncated = 0;
  for (let cut = 1; cut < 260; cut += 3) {
    const input = inputOf("days.csv.gz", whole.subarray(0, whole.length - cut));
    const { members, report } = await importFiles([{ input, named: true, owner: "me" }], {
      readers,
      registry: builtIn,
      columns: parseColumns("member=Id,date=Day,steps=Steps"),
    });
    for (const { id, days } of members) {
      expect(id).toMatch(/^Zoé \d$/);
      for (const { day, values } of days) expect(values.steps).toBe(steps(day - 20454));
    }
    expect(report.skipped).toEqual([]);
    truncated += report.notes.filter(({ kind }) => kind === "truncated").length;
  }
  expect(truncated).toBeGreaterThan(80);
});
