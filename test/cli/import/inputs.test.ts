// Files of the command line: what cannot be read is told, and the files beside it are good.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findInputs } from "../../../src/cli/import/inputs.ts";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { builtIn } from "../../../src/task/metrics.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-inputs-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file that was there and is gone is told; of a file that was named it is a refusal", async () => {
  const [there, gone] = [join(folder, "a.csv"), join(folder, "b.csv")];
  for (const path of [there, gone]) writeFileSync(path, "date,steps\n2026-04-13,8123\n");
  const found = findInputs([folder], { kind: "one", id: "me" }, () => {});
  const named = findInputs([gone], { kind: "one", id: "me" }, () => {});
  rmSync(gone);
  const { members, report } = await importFiles(found.given, { readers, registry: builtIn });
  expect(members[0]?.days.map(({ values }) => values)).toEqual([{ steps: 8123 }]);
  expect(report.unread).toMatchObject([{ file: gone, is: expect.stringMatching(/cannot be read: ENOENT/) }]);
  await expect(importFiles(named.given, { readers, registry: builtIn })).rejects.toMatchObject({
    code: "invalid_data",
  });
});

test("small and large files are read alike, in part too", async () => {
  const text = "0123456789".repeat(60_000);
  for (const [name, bytes] of [
    ["small.txt", 1000],
    ["large.txt", 600_000],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, text.slice(0, bytes));
    const [given] = findInputs([path], { kind: "one", id: "me" }, () => {}).given;
    const whole: string[] = [];
    for await (const piece of given?.input.open() ?? []) whole.push(new TextDecoder().decode(piece));
    const part: string[] = [];
    for await (const piece of given?.input.range?.(bytes - 7, bytes + 50) ?? [])
      part.push(new TextDecoder().decode(piece));
    expect([whole.join("") === text.slice(0, bytes), part.join("")]).toEqual([true, text.slice(bytes - 7, bytes)]);
  }
});
