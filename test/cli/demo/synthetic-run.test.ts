// One real run over synthetic members that leaves its services up: the whole document, the page, then an app and an
// analyst as the demo tells them, and the end by Ctrl-C.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoDocument } from "../../../src/cli/demo/document.ts";
import { leftIn, type Started, startCommand, typed } from "../spawned.ts";
import { expectWhole } from "./whole.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "paceline-run-"));
const page = join(folder, "page.html");
let demo: Started;

beforeAll(async () => {
  const args = ["demo", "--members", "120", "--min-cohort", "50", "--json", "--keep", "--out", page];
  demo = startCommand(args, folder);
  await demo.says("--yes --wait");
});
afterAll(async () => {
  demo.signal("SIGKILL");
  await demo.ended;
  rmSync(folder, { recursive: true, force: true });
});

test("--json prints one document, and it adds up", () => {
  const document = JSON.parse(demo.out()) as DemoDocument;
  expectWhole(document);
  expect(document).toMatchObject({ members: 120, consented: 119 });
  expect(document.releases).toHaveLength(3);
  expect(document.training).toMatchObject({ rounds: 5 });
  expect(document.notes.join("\n")).toMatch(/With 119 members .* beats a minute; with 1,000 it would be ±\d/);
});

test("the terminal shows the story, without styles where nobody watches", () => {
  const said = demo.err();
  expect(said.split("\n")[0]).toContain("Paceline");
  expect(said).toMatch(/phone: \d+\.\d bpm · leader sees [0-9a-f]{16}… · helper sees [0-9a-f]{16}…/);
  expect(said).toMatch(/Budget: ρ 0\.237 of 0\.5 is spent in the fullest week/);
  expect(said).toContain("ε = 5.23 a week, 7.77 a year, 20.56 in five years (δ = 10⁻⁶)");
  expect(said).toMatch(/MB searched for [\d,]+ raw values and identifiers: 0 found/);
  expect(said).toContain("found, so the search works");
  expect(said).toContain("a forged 10,000 in one range of active minutes");
  // Every answer stands under "Answers", the one of the question that was cheated too.
  const [answers = "", cheats = ""] = said.split("\nAnswers\n")[1]?.split("\nNow we cheat\n") ?? [];
  expect(answers.match(/█ privacy noise/g)).toHaveLength(3);
  expect(cheats).not.toContain("█ privacy noise");
  expect(said).not.toContain("\u001b[");
});

test("the page is there, whole", () => {
  const html = readFileSync(page, "utf8");
  expect(html).toMatch(/^<!doctype html>/i);
  expect(html).toContain("</html>");
  expect(html).not.toMatch(/\bNaN\b|undefined/);
});

test("examples/embed.mjs runs as it is against the services", async () => {
  const [pinned = "", store = ""] = /examples\/embed\.mjs (\S+) (\S+)/.exec(demo.err())?.slice(1) ?? [];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=paceline-source", join(root, "examples/embed.mjs"), pinned, store],
    { cwd: root },
  );
  const said = JSON.parse(stdout);
  expect(said.results).toEqual([expect.objectContaining({ outcome: "sent", isNull: false })]);
  expect(said.log).toEqual([
    expect.objectContaining({ question: expect.stringContaining("heart rate"), delivered: true }),
  ]);
  expect(said.ledger.length).toBeGreaterThan(0);
});

test("an analyst logs in, sees the price, asks, and has the answer of the demo's phones, by the lines that it prints", async () => {
  const printed = demo
    .err()
    .split("\n")
    .map((line) => line.trim());
  const [, token = "", url = ""] =
    printed
      .map((line) => /^printf %s (\S+) \| npx paceline login (\S+) --token-stdin$/.exec(line))
      .find((found) => found) ?? [];
  expect((await typed(["login", url, "--token-stdin"], token, { XDG_CONFIG_HOME: folder })).code).toBe(0);
  const lines = printed.flatMap((line) => /^npx paceline ((?:budget|explain|ask).*)$/.exec(line)?.slice(1) ?? []);
  expect(lines).toHaveLength(3);
  const said: string[] = [];
  for (const line of lines) {
    const args = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
    const { code, out, err } = await typed(args, "", { XDG_CONFIG_HOME: folder });
    expect([code, err]).toEqual([0, ""]);
    said.push(out);
  }
  expect(said[0]).toContain("The helper's books");
  expect(said[1]).toContain("Members read:");
  // Of 119 members at this price the noise decides: what is certain is the public range.
  const [, median] = /median[^\n]*\n +All members +(\d+(?:\.\d+)?) .*●/i.exec(said[2] ?? "") ?? [];
  expect(Number(median)).toBeGreaterThanOrEqual(35);
  expect(Number(median)).toBeLessThanOrEqual(110);
}, 90_000);

test("Ctrl-C ends it and leaves nothing behind", async () => {
  const pids = [...demo.err().matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(2);
  demo.signal("SIGINT");
  expect(await demo.ended).toBe(130);
  expect(leftIn(folder)).toEqual([]);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
