// The command: what it prints, what it writes and for whom, whose files are whose, and what it refuses.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findInputs, type Whose } from "../../../src/cli/import/inputs.ts";
import { membersTable } from "../../../src/cli/import/members-file.ts";
import { parseZone } from "../../../src/cli/import/zone.ts";
import { operatorFile } from "../../support/operator.ts";
import { inProcess } from "../spawned.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-import-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const steps = (value: number, more = "") =>
  `<HealthData><Record type="HKQuantityTypeIdentifierStepCount" sourceName="SECRET’s Watch" unit="count" startDate="2026-04-13 08:00:00 +0200" endDate="2026-04-13 09:00:00 +0200" value="${value}"/>${more}</HealthData>`;

describe("an operator's own metrics", () => {
  const table = "Id,Day,Mood,Steps\na,2026-04-13,7,8123\na,2026-04-14,4,9344\n";
  const columns = "member=Id,date=Day,mood=Mood,steps=Steps";

  test("are columns of a table where its registry file is given, by its rules and bounds", async () => {
    const path = write("own/table.csv", `${table}a,2026-04-15,70,1\n`);
    const registry = write("own/registry.json", JSON.stringify(operatorFile()));
    const { code, out } = await inProcess([
      "import",
      path,
      "--columns",
      columns,
      "--registry",
      registry,
      "--json",
      "--days",
    ]);
    expect(code).toBe(0);
    const { members, report } = JSON.parse(out);
    expect(members).toMatchObject([
      {
        id: "a",
        days: { "2026-04-13": { mood: 7, steps: 8123 }, "2026-04-14": { mood: 4 }, "2026-04-15": { steps: 1 } },
      },
    ]);
    expect(report.metrics.mood).toMatchObject({ days: 2, implausible: 1 });
  });

  test("are unknown without it, and a file that is none is refused", async () => {
    const path = write("own/table.csv", table);
    const without = await inProcess(["import", path, "--columns", columns]);
    expect([without.code, without.err]).toEqual([64, expect.stringContaining("mood is no metric")]);
    const wrong = await inProcess(["import", path, "--columns", columns, "--registry", path]);
    expect(wrong.code).not.toBe(0);
  });
});

test("dates that are still to come are kept, and told", async () => {
  const path = write("future.csv", "Id,Day,Steps\na,2026-04-13,8123\na,2126-04-13,9344\n");
  const { code, out } = await inProcess(["import", path, "--columns", "member=Id,date=Day,steps=Steps", "--json"]);
  expect(code).toBe(0);
  const { report } = JSON.parse(out);
  expect(report.memberDays).toBe(2);
  expect(report.notes).toContainEqual(expect.objectContaining({ kind: "still_to_come", count: 1, line: 3 }));
});

describe("prints", () => {
  test("what was understood and what became of the values", async () => {
    const path = write("a/export.xml", steps(8123, steps(-5).slice(12, -13)));
    const { code, out, err } = await inProcess(["import", path]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      [
        "Apple Health export: 1 file, 2 values",
        "1 member, 1 day with values, 2026-04-13 to 2026-04-13",
        "",
        "  metric  days  values  implausible",
        "  steps   1     2       1",
        "",
      ].join("\n"),
    );
  });

  test("one JSON document, with days where they are asked for", async () => {
    const path = write("b/export.xml", steps(8123));
    const whole = JSON.parse((await inProcess(["import", path, "--json", "--days"])).out);
    expect(whole.members).toEqual([{ id: "me", profile: {}, days: { "2026-04-13": { steps: 8123 } } }]);
    expect(whole.report).toMatchObject({ version: 1, members: 1, files: [{ file: path, as: "apple-health" }] });
    expect(Object.keys(JSON.parse((await inProcess(["import", path, "--json"])).out))).toEqual(["report"]);
  });

  test("files beside them that are not read, and nothing of their content", async () => {
    write("c/export.xml", steps(8123));
    write("c/deeper/export_cda.xml", "<ClinicalDocument>SECRET");
    write("c/\u001b[31mred.pdf", "%PDF SECRET");
    const { out } = await inProcess(["import", join(folder, "c")]);
    expect(out).toContain("a clinical document (CDA)");
    expect(out).toContain("a PDF document");
    expect(out).not.toContain("SECRET");
    expect(out).not.toContain("\u001b");
  });
});

describe("writes", () => {
  test("a table for its owner alone, and nothing after a refusal", async () => {
    const path = write("d/export.xml", steps(8123));
    const out = join(folder, "members.csv");
    expect((await inProcess(["import", path, "--out", out])).code).toBe(0);
    expect(readFileSync(out, "utf8")).toBe("member,date,steps\r\nme,2026-04-13,8123\r\n");
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const none = join(folder, "none.csv");
    expect((await inProcess(["import", write("d/x.pdf", "%PDF"), "--out", none])).code).toBe(65);
    expect(existsSync(none)).toBe(false);
    expect((await inProcess(["import", path, "--out", folder])).code).toBe(64);
    expect((await inProcess(["import", path, "--out", join(folder, "no/such/a.csv")])).code).toBe(66);
  });

  test("what import reads again, as it is", async () => {
    const table = write(
      "again.csv",
      "member,date,steps,rhr,ageBand\r\nann,2026-04-13,8123,61.5,25-34\r\nbob,2026-04-13,,58,\r\n",
    );
    const out = join(folder, "again-out.csv");
    expect((await inProcess(["import", table, "--out", out])).code).toBe(0);
    const once = readFileSync(out, "utf8");
    expect(once).toBe("member,date,rhr,steps,ageBand\r\nann,2026-04-13,61.5,8123,25-34\r\nbob,2026-04-13,58,,\r\n");
    expect((await inProcess(["import", out, "--out", out])).code).toBe(0);
    expect(readFileSync(out, "utf8")).toBe(once);
  });

  test("ids and labels as cells that no spreadsheet runs", () => {
    const table = membersTable([
      { id: 'a, "b"', profile: { site: "=1+1" }, days: [{ day: 20_556, values: { steps: 5 } }] },
      { id: " c", profile: {}, days: [{ day: 20_557, values: { rhr: 58.5 } }] },
    ]);
    expect(new TextDecoder().decode(table)).toBe(
      `member,date,rhr,steps,site\r\n"a, ""b""",2026-04-13,,5,'=1+1\r\n" c",2026-04-14,58.5,,\r\n`,
    );
  });
});

describe("whose files are whose", () => {
  const owners = (paths: readonly string[], whose: Whose) =>
    findInputs(
      paths.map((path) => join(folder, "who", path)),
      whose,
      () => {},
    ).given.map(({ owner, input }) => [input.path.slice(folder.length + 5), owner.replace(folder, "")]);

  beforeAll(() => {
    for (const name of [
      "ann/steps.xml",
      "ann/sleep.xml",
      "bob/steps.xml",
      "cy.zip",
      "dee.csv.gz",
      ".hidden",
      "ann/.DS_Store",
    ])
      write(`who/${name}`, "x");
    symlinkSync(join(folder, "who"), join(folder, "who/ann/up"));
  });

  test("all one member's, unless it is said otherwise", () => {
    expect(owners(["."], { kind: "one", id: "me" }).map(([, owner]) => owner)).toEqual(["me", "me", "me", "me", "me"]);
  });

  test("each file its own member, each folder of a folder too", () => {
    expect(owners(["."], { kind: "from-file" })).toEqual([
      ["ann/sleep.xml", "ann"],
      ["ann/steps.xml", "ann"],
      ["bob/steps.xml", "bob"],
      ["cy.zip", "cy"],
      ["dee.csv.gz", "dee"],
    ]);
    expect(owners(["ann/steps.xml", "bob/steps.xml"], { kind: "from-file" })).toEqual([
      ["ann/steps.xml", "/who/ann/steps.xml"],
      ["bob/steps.xml", "/who/bob/steps.xml"],
    ]);
  });

  test("each folder its own member", () => {
    expect(owners(["ann", "bob"], { kind: "from-folder" })).toEqual([
      ["ann/sleep.xml", "ann"],
      ["ann/steps.xml", "ann"],
      ["bob/steps.xml", "bob"],
    ]);
  });

  test("from the command", async () => {
    const cohort = join(folder, "cohort");
    for (const [name, value] of [
      ["ann", 5000],
      ["bob", 6000],
    ] as const)
      write(`cohort/${name}.zip`, zipSync({ apple_health_export: { "export.xml": strToU8(steps(value)) } }));
    const { out } = await inProcess(["import", cohort, "--member", "from-file", "--json", "--days"]);
    expect(JSON.parse(out).members).toEqual([
      { id: "ann", profile: {}, days: { "2026-04-13": { steps: 5000 } } },
      { id: "bob", profile: {}, days: { "2026-04-13": { steps: 6000 } } },
    ]);
  });
});

describe("refuses", () => {
  test.each([
    [66, "no file or folder", ["import", "/no/such/file"]],
    [66, "is no file and no folder", ["import", "/dev/null"]],
    [64, "--days goes with --json", ["import", "x", "--days"]],
    [64, "is no time zone", ["import", "/dev/null", "--zone", "Mars/Olympus"]],
    [64, "--member", ["import", "/dev/null", "--member", ""]],
  ])("%i: %s", async (code, words, args) => {
    const said = await inProcess(args);
    expect(said.err).toContain(words);
    expect([said.code, said.out]).toEqual([code, ""]);
  });

  test("an empty folder", async () => {
    mkdirSync(join(folder, "empty"));
    expect((await inProcess(["import", join(folder, "empty")])).code).toBe(66);
  });
});

test.each([
  ["+02:00", "2026-01-10T12:00Z", 120],
  ["-0330", "2026-01-10T12:00Z", -210],
  ["UTC", "2026-07-10T12:00Z", 0],
  ["Europe/Berlin", "2026-01-10T12:00Z", 60],
  ["Europe/Berlin", "2026-07-10T12:00Z", 120],
  ["Europe/Berlin", "2026-03-29T00:59Z", 60],
  ["Europe/Berlin", "2026-03-29T01:00Z", 120],
  ["Asia/Kathmandu", "2026-07-10T12:00Z", 345],
  ["Pacific/Apia", "2011-12-30T12:00Z", 840],
])("%s at %s is %i minutes east", (zone, instant, offset) => {
  expect(parseZone(zone)(Date.parse(instant))).toBe(offset);
});
