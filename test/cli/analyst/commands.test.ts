// The analyst's commands against both services in processes of their own: from a login to an answer, and what they say to
// whatever is wrong.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { newDevices, someMembers, syncAll } from "../../e2e/members.ts";
import { type Pair, startPair } from "../../support/processes.ts";
import { inProcess, typed } from "../spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-analyst-"));
const logins = join(folder, "paceline", "logins.json");
const cleanups: (() => unknown)[] = [];
let pair: Pair;

beforeAll(async () => {
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  const context = { onTestFinished: (end: () => unknown) => void cleanups.push(end) };
  pair = await startPair(context as never, { coordinator: { completeAfterMinutes: 1 / 60, rhoPerEpoch: "0.05" } });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const end of cleanups) await end();
  rmSync(folder, { recursive: true, force: true });
});

const lastDay = 20_480;
const window = `WINDOW BETWEEN '${formatDay(lastDay - 27)}' AND '${formatDay(lastDay)}'`;
const question = (what: string, more = "") => `SELECT ${what} FROM member_week ${window}${more}`;
const login = (url = pair.coordinator.url, token = pair.coordinator.token, ...more: string[]) =>
  typed(["login", url, "--token-stdin", ...more], token);

describe("login", () => {
  test("keeps address and token in a file of one's own, and commands use it", async () => {
    expect(await inProcess(["budget"])).toMatchObject({ code: 77, err: expect.stringContaining("paceline login URL") });
    const said = await login();
    expect(said).toMatchObject({ code: 0, err: "", out: expect.stringContaining(logins) });
    expect(said.out).not.toContain(pair.coordinator.token);
    expect(statSync(logins).mode & 0o777).toBe(0o600);
    const { url, token } = pair.coordinator;
    const host = new URL(url).host;
    const services = { [host]: { url, token } };
    expect(JSON.parse(readFileSync(logins, "utf8"))).toEqual({ version: 1, current: host, services });
    expect(await inProcess(["login"])).toMatchObject({ code: 0, out: `* ${host}  ${url}\n` });
  });

  test("holds several services by name", async () => {
    await login(undefined, undefined, "--name", "two");
    expect((await inProcess(["login"])).out).toContain("* two");
    expect((await inProcess(["login", "--name", new URL(pair.coordinator.url).host])).out).toMatch(/^\* 127/);
    expect(await inProcess(["budget", "--service", "two"])).toMatchObject({ code: 0 });
    expect(await inProcess(["budget", "--service", "tow"])).toMatchObject({
      code: 66,
      err: expect.stringContaining("did you mean two?"),
    });
  });

  test.each<[string, () => Promise<{ code: number | null; err: string }>, number, string]>([
    ["a wrong token", () => login(undefined, "wrong"), 77, "does not take this token; nothing was stored"],
    ["no token", () => login(undefined, ""), 64, "one word of printable characters"],
    ["nobody to ask", () => inProcess(["login", "https://paceline.example"]), 64, "--token-stdin"],
    ["a service that is down", () => login("http://127.0.0.1:9"), 75, "did not answer"],
    ["an address that is none", () => login("paceline"), 64, "must be an https address"],
    ["an open network", () => login("http://paceline.example"), 64, "http is for this machine only"],
    ["a service of another kind", () => login(pair.helper.url, pair.helper.token), 66, "no such resource"],
  ])("%s is told, and changes nothing", async (_, run, code, words) => {
    const before = readFileSync(logins, "utf8");
    const said = await run();
    expect(said).toMatchObject({ code, err: expect.stringContaining(words) });
    expect(said.err).not.toMatch(/^\s+at /m);
    expect(readFileSync(logins, "utf8")).toBe(before);
  });

  test("a file that others can read is refused", async () => {
    const { chmodSync } = await import("node:fs");
    chmodSync(logins, 0o644);
    expect(await inProcess(["budget"])).toMatchObject({ code: 76, err: expect.stringContaining("chmod 600") });
    chmodSync(logins, 0o600);
  });
});

describe("a question", () => {
  test("explain shows price, ± and notice, and nothing is spent", async () => {
    const { code, out } = await inProcess(["explain", question("AVG(rhr)", " WITH (rho = 0.01)")]);
    expect(code).toBe(0);
    expect(out).toMatch(/Mean of rhr\n {2}about +28 days until 2026-01-27; at least 5 devices/);
    expect(out).toMatch(/cost +ρ = 0.01 \(ε = 0\.622 at δ = 0\.000001\)/);
    expect(out).toMatch(/leaves +ρ 0\.04 of 0\.05 in 2026-W/);
    expect(out).toMatch(/1,000 +± \d/);
    expect(out).toContain("Members read:\n    Your device computes");
    const { out: json } = await inProcess(["explain", question("AVG(rhr)"), "--json"]);
    expect(JSON.parse(json)).toMatchObject({ title: "Mean of rhr", blocked: null, asked: null });
    const budget = JSON.parse((await inProcess(["budget", "--json"])).out);
    expect(budget.coordinator).toMatchObject({ rhoPerDay: 0, exhaustedInDays: null });
  });

  test("a mistake is shown where it is, and costs nothing", async () => {
    const { code, err } = await inProcess(["ask", "SELECT AVG(rhx) FROM member_week", "--yes"]);
    expect(code).toBe(65);
    expect(err).toBe(
      'paceline: the query cannot be planned: line 1, column 12: there is no metric "rhx"; did you mean rhr? [invalid_query]\n' +
        "  SELECT AVG(rhx) FROM member_week\n             ^^^\n" +
        err.split("\n").slice(3).join("\n"),
    );
    expect(err.split("\n")[3]).toMatch(/^ {2}Allowed here: steps, /);
  });

  test("ask wants a yes where nobody can be asked, and the yes spends", async () => {
    const sql = question("AVG(rhr), COUNT(*)", " WITH (rho = 0.02)");
    const unsure = await inProcess(["ask", sql]);
    expect(unsure).toMatchObject({ code: 64, err: expect.stringContaining("Add --yes") });
    expect(JSON.parse((await inProcess(["releases", "--json"])).out).questions).toEqual([]);
    const asked = await inProcess(["ask", sql, "--yes", "--json"]);
    expect(asked.code).toBe(0);
    const { task, release, cells, cost, budget } = JSON.parse(asked.out);
    expect({ release, cells }).toEqual({ release: null, cells: null });
    expect(cost).toMatchObject({ rho: "0.02" });
    expect(budget.coordinator[0]).toMatchObject({ left: "0.05", after: "0.03" });
    const list = await inProcess(["releases"]);
    expect(list.out).toMatch(
      new RegExp(`^${task.slice(0, 8)} +open .* ρ 0.02 +2025-12-31 to 2026-01-27 +Mean of rhr, members`),
    );
    expect((await inProcess(["show", task.slice(0, 8)])).out).toMatch(/reports +none of the 5 that it takes/);
    const early = await inProcess(["export", task.slice(0, 8), "--csv"]);
    expect(early).toMatchObject({ code: 75, out: "", err: expect.stringContaining("not settled yet [conflict]") });
    const few = await inProcess(["show", task, "--wait", "1"]);
    expect(few).toMatchObject({ code: 75, err: expect.stringContaining("too few devices have answered") });
  });

  test("ask --wait stays until the phones have answered; again it costs nothing; export and show give the same numbers", async () => {
    const sql = question("AVG(rhr), COUNT(*)", " WITH (rho = 0.02)");
    const devices = await newDevices(pair, { members: someMembers(14) });
    const [waited] = await Promise.all([
      inProcess(["ask", sql, "--yes", "--wait", "--json"]),
      syncAll(devices.clients),
    ]);
    expect(waited.code).toBe(0);
    const { release, cells, cost } = JSON.parse(waited.out);
    expect(release).toMatchObject({ version: 2, question: "Mean of rhr, members" });
    expect(cells.map(({ key }: { key: string }) => key)).toEqual(["all/mean rhr", "all/count"]);
    expect(cells[0]).toEqual({
      key: "all/mean rhr",
      estimate: expect.any(Number),
      interval95: [expect.any(Number), expect.any(Number)],
      privacyInterval95: [expect.any(Number), expect.any(Number)],
      parts: {
        privacyNoise: expect.any(Number),
        sampling: expect.any(Number),
        clipping: expect.any(Object),
        nonResponse: expect.any(Object),
      },
      caution: "large noise",
    });
    expect(cost.rho).toBe("0");
    const shown = await inProcess(["show", release.task.slice(0, 8)]);
    expect(shown.out).toMatch(/Average resting heart rate.*\n +All members +\d+(\.\d)? \(.*–.*\) +[·▒█●]+/);
    const csv = await inProcess(["export", release.task, "--csv"]);
    expect(csv.out.split("\r\n")[0]).toMatch(/^key,group,statistic,estimate/);
    expect(csv.out).toContain(`all/mean rhr,,mean rhr,${Number(cells[0].estimate.toPrecision(6))},`);
    const file = join(folder, "answer.json");
    expect(await inProcess(["export", "mean-of-rhr-members", "--json", "--out", file])).toMatchObject({
      code: 0,
      out: "",
    });
    const exported = JSON.parse(readFileSync(file, "utf8"));
    expect(exported).toMatchObject({
      release: { task: release.task, queryHash: release.queryHash, window: { end: formatDay(lastDay) } },
      cost: release.privacy,
      cells: [{ parts: expect.any(Object) }, { parts: expect.any(Object) }],
    });
    const hidden = JSON.parse((await inProcess(["show", release.task, "--json", "--floor", "1000"])).out);
    expect(hidden.cells).toEqual(
      [0, 1].map(() => ({ key: expect.any(String), suppressed: "fewer than 1000 contributors cannot be ruled out" })),
    );
    expect((await inProcess(["export", release.task, "--csv", "--floor", "1000"])).out).toContain("suppressed: fewer");
    const again = await inProcess(["ask", sql]);
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringContaining("nothing: it was asked before, and is settled"),
    });
  });

  test("a wanted error becomes a price, in the unit that people say", async () => {
    const explain = async (...args: string[]) => await inProcess(["explain", question("AVG(rhr)"), "--json", ...args]);
    const priced = JSON.parse((await explain("--error", "5 bpm", "--members", "300")).out);
    const number = JSON.parse((await explain("--error", "5", "--members", "300")).out);
    expect(priced.cost).toEqual(number.cost);
    const at300 = priced.predicted.find(({ members }: { members: number }) => members === 300);
    expect(at300.widths95[0].halfWidth).toBeLessThanOrEqual(5);
    expect(Number(priced.cost.rho)).toBeLessThan(0.01);
    const hours = JSON.parse((await inProcess(["explain", question("AVG(sleep)"), "--json", "--error", "0.5 h"])).out);
    const minutes = JSON.parse((await inProcess(["explain", question("AVG(sleep)"), "--json", "--error", "30"])).out);
    expect(hours.cost).toEqual(minutes.cost);
  });

  test.each<[string, string[], number, string]>([
    ["a unit of something else", ["--error", "5 kg"], 64, '"kg" is no unit of what is asked, which is in /min'],
    ["no number", ["--error", "bpm"], 64, "not a number above 0"],
    ["an error that sampling exceeds", ["--error", "0.01", "--members", "300"], 65, "It takes about"],
    ["two budgets", ["--rho", "0.1", "--epsilon", "1"], 65, "decided twice"],
    ["no members", ["--members", "0"], 64, "--members"],
    ["a budget of words", ["--rho", "much"], 65, "decimal"],
  ])("%s is refused", async (_, options, code, words) => {
    const said = await inProcess(["explain", question("AVG(rhr)"), ...options]);
    expect(said).toMatchObject({ code, out: "", err: expect.stringContaining(words) });
    expect(said.err).not.toMatch(/^\s+at /m);
  });

  test("what the budget does not cover is not asked, and it says what fits", async () => {
    const said = await inProcess(["ask", question("AVG(sleep)", " WITH (rho = 0.04)"), "--yes"]);
    expect(said).toMatchObject({ code: 76, err: expect.stringContaining("[budget_exhausted]") });
    expect(said.err).toContain("WITH (rho = 0.03)");
    expect(said.out).toContain("left   ρ 0.03 of 0.05 in 2026-W01");
    const priced = await inProcess(["explain", question("AVG(sleep)", " WITH (rho = 0.04)")]);
    expect(priced).toMatchObject({ code: 0, err: "" });
    expect(priced.out).toContain("It would be refused: the coordinator's ledger of the week 2026-W01");
    expect(JSON.parse((await inProcess(["releases", "--json"])).out).questions).toHaveLength(1);
  });

  test.each<[string, string[], number, string]>([
    ["an unknown id", ["show", "A".repeat(43)], 66, "not_found"],
    ["an unknown name", ["show", "mean-of-rhr-membres"], 66, "did you mean mean-of-rhr-members?"],
    ["no format", ["export", "mean-of-rhr-members"], 64, "--csv or --json or"],
    ["two formats", ["export", "mean-of-rhr-members", "--csv", "--json"], 64, "--csv or --json or"],
    ["a wait of words", ["show", "mean-of-rhr-members", "--wait", "long"], 64, "whole number of seconds"],
    ["a floor of words", ["show", "mean-of-rhr-members", "--floor", "few"], 64, "whole number of members"],
    ["an unknown metric", ["metrics", "rhx"], 66, "did you mean rhr?"],
  ])("%s ends with a word about it", async (_, args, code, words) => {
    expect(await inProcess(args)).toMatchObject({ code, err: expect.stringContaining(words) });
  });

  test("the budget is drawn, and the metrics are those of the service", async () => {
    expect((await inProcess(["budget"])).out).toMatch(
      /The coordinator's books\n[\s\S]*2026-W\d\d +█{8}·{12} +ρ 0.02 of 0.05 +0.03 left\n[\s\S]*The helper's books/,
    );
    expect((await inProcess(["metrics"])).out).toMatch(/^rhr +35 to 110 \/min +resting heart rate$/m);
  });

  test("what differs is told with the answer, against one group, and against an earlier answer to the same", async () => {
    const ask = async (sql: string, ...more: string[]) => {
      const devices = await newDevices(pair, { members: someMembers(8) });
      const asked = await inProcess(["ask", sql, "--yes", "--json"]);
      expect(asked).toMatchObject({ code: 0 });
      await syncAll(devices.clients);
      const shown = await inProcess(["show", JSON.parse(asked.out).task, "--wait", "--json", ...more]);
      expect(shown).toMatchObject({ code: 0 });
      return JSON.parse(shown.out);
    };
    const by = "SELECT AVG(sleep) FROM member_week GROUP BY device_class";
    const now = await ask(`${by} ${window} WITH (rho = 0.005)`, "--compare", "device_class=watch");
    expect(now.comparisons.map(({ key }: { key: string }) => key)).toEqual(
      ["band", "phone", "ring"].map((each) => `${each} vs watch/mean sleep`),
    );
    expect(now.comparisons[0]).toMatchObject({ kind: "groups", p: expect.any(Number), pAdjusted: expect.any(Number) });
    const shown = await inProcess(["show", now.release.task]);
    expect(shown.out).toContain("Difference: Average sleep, in minutes a night");
    expect(shown.out).toContain("adjusted for all 6 told here (Holm)");
    const csv = await inProcess(["export", now.release.task, "--csv", "--compare", "device_class=watch"]);
    expect(csv.out).toMatch(/\r\nband vs watch\/mean sleep,band vs watch,difference of mean sleep,/);
    const before = `WINDOW BETWEEN '${formatDay(lastDay - 34)}' AND '${formatDay(lastDay - 7)}'`;
    const earlier = await ask(`${by} ${before} WITH (rho = 0.005)`);
    const against = await inProcess(["show", now.release.task, "--against", earlier.release.task, "--json"]);
    expect(JSON.parse(against.out)).toMatchObject({
      against: earlier.release.task,
      comparisons: [{ kind: "releases" }, {}, {}, {}],
      says: [expect.stringContaining("Holm"), expect.stringContaining("The same members may be in both")],
    });
    const printed = await inProcess(["show", now.release.task, "--against", earlier.release.task]);
    expect(printed.out).toContain(`against ${earlier.release.name}, `);
    for (const [args, why] of [
      [["--against", now.release.task], "not compared with itself"],
      [["--compare", "device_class=drone"], 'no group deviceClass = "drone"'],
      [["--compare", "watch"], "not attribute=value"],
      [["--compare", "a=b", "--against", earlier.release.task], "name one"],
    ] as const)
      expect(await inProcess(["show", now.release.task, ...args])).toMatchObject({
        code: 64,
        err: expect.stringContaining(why),
      });
  });
});

test("with the service down, or another token there, commands say so; metrics goes on without", async () => {
  const file = JSON.parse(readFileSync(logins, "utf8"));
  const services = Object.fromEntries(
    Object.entries(file.services as Record<string, object>).map(([name, one]) => [name, { ...one, token: "old" }]),
  );
  writeFileSync(logins, JSON.stringify({ ...file, services }));
  expect(await inProcess(["releases"])).toMatchObject({ code: 77, err: expect.stringContaining("[unauthorized]") });
  writeFileSync(logins, JSON.stringify(file));
  await pair.stop("helper");
  const outlook = JSON.parse((await inProcess(["explain", question("AVG(sleep)"), "--json"])).out);
  expect(outlook).toMatchObject({ budget: { helper: null }, blocked: { code: "unavailable" } });
  expect((await inProcess(["budget"])).out).toContain("The helper does not answer now");
  await pair.stop("coordinator");
  expect(await inProcess(["releases"])).toMatchObject({ code: 75, err: expect.stringContaining("did not answer") });
  expect(await inProcess(["metrics"])).toMatchObject({ code: 0, err: expect.stringContaining("built-in ones alone") });
  expect((await inProcess(["metrics", "--built-in"])).err).toBe("");
});
