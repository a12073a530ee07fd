// One real run over synthetic members that leaves its services up: the whole document, the page, then an app and an
// analyst as the demo tells them, and the end by Ctrl-C.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { DemoDocument } from "../../../src/cli/demo/document.ts";
import { cellsOf, decodeRelease } from "../../../src/estimate/index.ts";
import { leftIn, type Started, startCommand } from "../spawned.ts";
import { expectWhole } from "./whole.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "paceline-run-"));
const page = join(folder, "page.html");
let demo: Started;

beforeAll(async () => {
  const args = ["demo", "--members", "120", "--min-cohort", "50", "--json", "--keep", "--out", page];
  demo = startCommand(args, folder);
  await demo.says("/collect");
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

test("an analyst can look at the budget, ask for a price, ask, and have the answer of the demo's phones", async () => {
  const [token = ""] = /Bearer (\S+)"/.exec(demo.err())?.slice(1) ?? [];
  const [url = "", spec = ""] = /(http:\S+)\/v1\/queries .* -d @(\S+)/.exec(demo.err())?.slice(1) ?? [];
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const post = async (path: string) => {
    const response = await fetch(url + path, { method: "POST", headers, body: readFileSync(spec, "utf8") });
    expect(response.status, path).toBe(200);
    return await response.json();
  };
  expect((await (await fetch(`${url}/v1/ledger`, { headers })).json()).epochs.length).toBeGreaterThan(0);
  expect(await post("/v1/explain")).toMatchObject({ cells: 15 });
  const asked = await post("/v1/queries");
  expect(asked).toMatchObject({ state: "published" });
  await vi.waitFor(
    async () => {
      const { authorization } = headers;
      const to = `${url}/v1/tasks/${asked.task}/collect`;
      const collected = await fetch(to, { method: "POST", headers: { authorization } });
      expect(collected.status).toBe(200);
    },
    { timeout: 30_000, interval: 2000 },
  );
  const { release } = await (await fetch(`${url}/v1/tasks/${asked.task}/release`)).json();
  const mean = cellsOf(decodeRelease(Buffer.from(release, "base64url"))).find(({ key }) => key === "all/mean");
  expect(mean?.estimate.estimate).toBeGreaterThan(45);
  expect(mean?.estimate.estimate).toBeLessThan(80);
});

test("Ctrl-C ends it and leaves nothing behind", async () => {
  const pids = [...demo.err().matchAll(/process (\d+)/g)].map(([, pid]) => Number(pid));
  expect(pids).toHaveLength(2);
  demo.signal("SIGINT");
  expect(await demo.ended).toBe(130);
  expect(leftIn(folder)).toEqual([]);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
