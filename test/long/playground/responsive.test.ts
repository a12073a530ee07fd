// How long the page's own thread is held, through each room's main path, and when something is first seen. What is measured of tasks is
// their processor time: on a busy machine a task is as long as others let it be.
import type { Page } from "playwright";
import { afterAll, expect, test } from "vitest";
import { closeSite, inPage } from "../../playground/site.ts";

afterAll(closeSite);

const FIRST_PAINT_MS = 1000;
const BLOCKED_MS = 50;
const CATEGORIES = ["disabled-by-default-devtools.timeline", "devtools.timeline", "toplevel"];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds by the clock. */
  readonly dur?: number;
  /** Microseconds of processor time; of a few tasks the browser does not tell it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of processor time of each task of the page's main thread while `work` is done. */
async function tasksOf(page: Page, work: () => Promise<void>): Promise<readonly number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("the page has no browser");
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse(`${await browser.stopTracing()}`) as { traceEvents: readonly TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const mains = new Set(traceEvents.filter(({ args }) => args?.name === "CrRendererMain").map(thread));
  return traceEvents
    .filter((event) => event.ph === "X" && event.name.endsWith("RunTask") && mains.has(thread(event)))
    .map(({ dur = Number.NaN, tdur = dur }) => tdur / 1000);
}

const click = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const seen = (page: Page, what: string) => page.locator(what).first().waitFor({ timeout: 120_000 });

/** What somebody does in a room, from opening it on. */
const paths: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "": async (page) => await seen(page, ".tour"),
  accuracy: async (page) => {
    await seen(page, ".facts");
    await page.getByLabel("Budget ε").press("ArrowRight");
    await page
      .getByRole("textbox", { name: "Question" })
      .fill("SELECT AVG(sleep), SHARE(mvpa >= 150) FROM member_week");
    await page.getByLabel("Times").fill("40");
    await click(page, "Run");
    await seen(page, "#releases");
  },
  composition: async (page) => {
    await seen(page, "#trade-off");
    await page.getByLabel("ε in all").fill("3");
    await page.waitForTimeout(400);
    await seen(page, "#trade-off");
  },
  stack: async (page) => {
    await seen(page, "#released");
    await page.locator(".lanes ol > li", { hasText: "A report, one of" }).locator("summary").click();
    for (const name of ["Flip a bit", "Restore an old ledger"]) {
      await click(page, name);
      await page.locator(".attacks li", { hasText: name }).locator(".held").waitFor();
    }
  },
  attacks: async (page) => await seen(page, ".verdicts"),
  museum: async (page) => await seen(page, ".verdicts"),
  training: async (page) => {
    await seen(page, "#weeks");
    await click(page, "Train");
    await seen(page, "#held-out");
    await click(page, "All figures as a notebook");
  },
};

test("every room has a path here", async () => {
  await inPage("", async ({ page }) => {
    const links = await page.locator("header nav a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(links.map((href) => href?.slice(2))).toEqual(Object.keys(paths).slice(1));
  });
});

test("something is seen within a second", async () => {
  const paints: number[] = [];
  for (const room of ["", "accuracy", "training"])
    await inPage(`#/${room}`, async ({ page }) => {
      await page.locator("main h1").waitFor();
      const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
      await expect.poll(() => page.evaluate(paint)).toBeGreaterThan(0);
      paints.push(await page.evaluate(paint));
    });
  process.stdout.write(`playground: first paint after ${paints.map(Math.round).join(", ")} ms\n`);
  for (const paint of paints) expect(paint).toBeLessThanOrEqual(FIRST_PAINT_MS);
});

test.each(Object.keys(paths))("#/%s never holds the page for 50 ms", { timeout: 240_000 }, async (room) => {
  await inPage(`#/${room}`, async ({ page }) => {
    const tasks = await tasksOf(page, async () => {
      await page.reload();
      await paths[room]?.(page);
      await page.waitForTimeout(300);
    });
    expect(tasks.length).toBeGreaterThan(50);
    const longest = Math.max(...tasks);
    process.stdout.write(`playground: #/${room}: ${tasks.length} tasks, the longest ${longest.toFixed(1)} ms\n`);
    expect(longest).toBeLessThanOrEqual(BLOCKED_MS);
  });
});

test("what holds a page is seen", async () => {
  await inPage("", async ({ page }) => {
    const tasks = await tasksOf(page, async () => {
      await page.evaluate(() => {
        const end = performance.now() + 400;
        while (performance.now() < end);
      });
    });
    expect(Math.max(...tasks)).toBeGreaterThan(BLOCKED_MS);
  });
});
