// What the command says to wrong input: an exit code and words, never a stack.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inProcess } from "./spawned.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-main-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("no arguments print help", async () => {
  const { code, out } = await inProcess([]);
  expect(code).toBe(0);
  expect(out).toContain("Usage: paceline");
});

test("--version prints the package's version", async () => {
  expect(await inProcess(["--version"])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test("doctor speaks to people and to programs", async () => {
  expect((await inProcess(["doctor"])).out).toContain("Ready.");
  const { code, out } = await inProcess(["doctor", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ready: true,
    findings: expect.arrayContaining([expect.objectContaining({ what: "Node" })]),
  });
});

test("keys makes a file once and prints the same public half ever after", async () => {
  const path = join(folder, "a.keys");
  const first = await inProcess(["keys", path]);
  expect(Object.keys(JSON.parse(first.out))).toEqual(["signingKey", "hpke"]);
  expect((await inProcess(["keys", path])).out).toBe(first.out);
});

test.each<[string[], number, string]>([
  [["dmeo"], 64, "Did you mean demo?"],
  [["serve", "coordinator"], 64, "--config"],
  [["serve", "helper", "--config", "/nowhere/helper.json"], 66, "cannot be read"],
  [["keys"], 64, "file"],
  [["keys", tmpdir()], 64, "is a folder"],
  [["keys", "/nowhere/x.keys"], 74, "ENOENT"],
  [["demo", "--bogus"], 64, "--bogus"],
  [["demo", "--members", "many"], 64, "--members"],
  [["demo", "--members", "2"], 64, "from 3"],
  [["demo", "--min-cohort", "1"], 64, "--min-cohort"],
  [["demo", "--members", "20"], 64, "--min-cohort 11"],
  [["demo", "--out", "/nowhere/page.html"], 64, "--out"],
  [["demo", "--out", tmpdir()], 64, "EISDIR"],
  [["demo", "--columns", "member=a,date=b,steps=c"], 64, "--data"],
  [["demo", "--date-format", "M/D/Y"], 64, "--data"],
  [["demo", "--data", "x.csv", "--members", "5"], 64, "--members"],
  [["demo", "--data", "x.csv"], 66, "no file or folder x.csv"],
])("%j ends with %i", async (args, code, words) => {
  const said = await inProcess(args);
  expect(said.code).toBe(code);
  expect(said.err).toContain(words);
  expect(said.err).not.toMatch(/^\s+at /m);
});

const columns = "member=id,date=date,steps=steps";
const head = "id,date,steps\n";
const open = Array.from({ length: 9 }, (_, i) => `ann,${i + 1}/3/2024,8000\n`).join("");

test.each<[string, string, string, number, string]>([
  ["an empty file", "", columns, 65, "is empty"],
  ["a header alone", head, columns, 65, "no rows"],
  ["no numbers", `${head}ann,2024-01-01,many\n`, columns, 65, "line 2, column steps"],
  ["an open quote", `${head}ann,2024-01-01,"8000\n`, columns, 65, ":2: a quote is never closed"],
  ["dates that read both ways", head + open, columns, 65, "--date-format M/D/Y"],
  ["bytes that are no text", "\u0000\u0001PNG\u0000", columns, 65, "data.csv"],
  ["a member alone", `\ufeff${head}ann,2024-01-01,8000\r\n`, columns, 65, "1 member is too few"],
  [
    "a column that is not there",
    `${head}ann,2024-01-01,8000\n`,
    "member=id,date=date,steps=Stepz",
    65,
    'did you mean "steps"?',
  ],
  [
    "a metric that does not exist",
    `${head}ann,2024-01-01,8000\n`,
    "member=id,date=date,step=steps",
    64,
    "did you mean steps?",
  ],
  ["a mapping that is none", head, "steps", 64, "target=Column"],
])("%s: exit %s", async (_, text, mapping, code, words) => {
  const path = join(folder, "data.csv");
  writeFileSync(path, text);
  const said = await inProcess(["demo", "--data", path, "--columns", mapping, "--out", join(folder, "page.html")]);
  expect(said.err).toContain(words);
  expect(said.code).toBe(code);
  expect(said.err).not.toMatch(/^\s+at /m);
});
