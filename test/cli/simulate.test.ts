import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { population } from "../../src/simulate/index.ts";
import { inProcess, type Said, startCommand } from "./spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-simulate-"));
const small = ["--runs", "20", "--members", "200,1000", "--epsilon", ".5,2", "--workers", "1"];
const sql = "SELECT AVG(rhr), SHARE(mvpa >= 150) FROM member_week";

describe("told and drawn", () => {
  const svg = join(folder, "study.svg");
  let said: Said;
  beforeAll(async () => {
    said = await inProcess(["simulate", "--sql", sql, ...small, "--svg", svg]);
  }, 60_000);

  test("a table and a chart for each number, and what the numbers contain", () => {
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/^Members +ε +RMS error, beats per minute +5–95 %, low/m);
    expect(said.out).toMatch(/^1,000 +2 +[\d.]+ .* %$/m);
    expect(said.out).toContain("● 200");
    expect(said.out).toMatch(/^ {2}ε 0.5, 200 members +\d.*┃/m);
    expect(said.out).toContain("synthetic members, with replacement");
    expect(said.out).toContain("What the numbers contain");
    expect(said.err).toContain("runs: 80 of 80");
  });

  test("the file draws two figures a number, with words", () => {
    const drawing = readFileSync(svg, "utf8");
    expect(drawing.match(/<g role="img" aria-label="/g)).toHaveLength(4);
    expect(drawing).toContain('class="band series-1"');
    expect(drawing).toContain("nine in ten answers lie between");
    expect(drawing).not.toContain("NaN");
  });
});

test("--json has everything, and the same bits again", { timeout: 60_000 }, async () => {
  const first = await inProcess(["simulate", "--sql", sql, ...small, "--json"]);
  const again = await inProcess(["simulate", "--sql", sql, ...small.slice(0, -1), "2", "--json"]);
  expect(again.out).toBe(first.out);
  const study = JSON.parse(first.out);
  expect(study).toMatchObject({ version: 1, runs: 20, seed: "paceline", people: { synthetic: true } });
  expect(study.points).toHaveLength(4);
  expect(study.points[0].cells[0]).toMatchObject({ key: "all/share mvpa>=150", error: { rmse: expect.any(Number) } });
});

test("members of one's own, with the truth beside", { timeout: 60_000 }, async () => {
  const file = join(folder, "members.csv");
  const members = population({ seed: "own", members: 30, lastDay: 20_480, weeks: 5 });
  const rows = members.flatMap(({ id, days }) =>
    days.map(({ day, values }) => `${id},${formatDay(day)},${values.steps ?? ""}`),
  );
  writeFileSync(file, `Id,Date,Steps\n${rows.join("\n")}\n`);
  const args = [
    "--sql",
    "SELECT MEDIAN(steps) FROM member_week",
    "--data",
    file,
    "--columns",
    "member=Id,date=Date,steps=Steps",
  ];
  const { code, out } = await inProcess(["simulate", ...args, ...small]);
  expect(code).toBe(0);
  expect(out).toMatch(/drawn from the (2|3)\d members of the data, with replacement/);
  expect(out).not.toContain("member-0000");
});

test("Ctrl-C ends it at once, with nothing printed", { timeout: 60_000 }, async () => {
  const args = [
    "--sql",
    "SELECT MEDIAN(sleep), AVG(rhr) FROM member_week GROUP BY age_band",
    "--members",
    "200",
    "--workers",
    "2",
  ];
  const running = startCommand(["simulate", ...args, "--runs", "400", "--epsilon", "1"], folder);
  await running.says("runs: ");
  running.signal("SIGINT");
  expect(await running.ended).toBe(130);
  expect(running.out()).toBe("");
});

test.each([
  [[], "say what to simulate"],
  [["--sql", sql, "--epsilon", "0"], 'epsilon "0" is no decimal from 0.001 to 1000'],
  [["--sql", sql, "--epsilon", "NaN"], 'epsilon "NaN"'],
  [["--sql", sql, "--epsilon", "1e9"], 'epsilon "1e9"'],
  [["--sql", sql, "--epsilon", "1,,2"], "--epsilon is a list"],
  [["--sql", sql, "--epsilon", "1", "--rho", "1"], "not both"],
  [["--sql", sql, "--members", "0"], "members must be a whole number from 1 to 1000000"],
  [["--sql", sql, "--members", "1000000000"], "members must be a whole number"],
  [["--sql", sql, "--members", "-5"], "--members takes whole numbers"],
  [["--sql", sql, "--runs", "1.5"], "--runs takes whole numbers"],
  [["--sql", sql, "--workers", "0"], "--workers must be from 1"],
  [["--sql", "SELECT AVG(hearts) FROM member_week"], "hearts"],
  [["--sql", "SELECT AVG(rhr FROM member_week"], "^"],
  [["--sql", `${sql} WITH (epsilon = 1)`, "--epsilon", "1"], "decided twice"],
  [["--sql", sql, "--columns", "member=Id"], "--columns goes with --data"],
  [
    ["--sql", sql, "--data", "/nowhere.csv", "--columns", "member=Id,date=Date,steps=S"],
    "no file or folder /nowhere.csv",
  ],
])("%j is refused with words", async (args, why) => {
  const { code, out, err } = await inProcess(["simulate", ...args]);
  expect(err).toContain(why);
  expect(code).toBeGreaterThanOrEqual(64);
  expect(out).toBe("");
});
