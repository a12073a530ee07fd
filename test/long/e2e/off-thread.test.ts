// Whether a page of the example app stays alive while its member's file is read and a report is made: measured as processor time of
// single tasks of its main thread, which other work of the machine does not lengthen.
import type { Page } from "playwright";
import { chromium } from "playwright";
import { expect, test } from "vitest";
import { buildApp, serveApp } from "../../../examples/fitness-app/pages.mjs";
import { findChromium } from "../../../scripts/chromium.mjs";
import { startBehindGate } from "../../e2e/app/phone.ts";
import { ask, question } from "../../e2e/members.ts";
import { appleExport } from "../../support/apple-export.ts";
import { binsOf } from "../../support/questions.ts";

const executablePath = await findChromium();
const lastDay = 20_480;
/** A frame of sixty a second. */
const FRAME_MS = 16;
const FILE_BYTES = 50 * 1024 * 1024;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread's own processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of processor time by thread of the page's process: in all, and of the longest task. */
function threadsOf(trace: Buffer): ReadonlyMap<string, { all: number; longest: number }> {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const names = new Map<string, string>();
  for (const { name, ph, pid, tid, args } of traceEvents)
    if (ph === "M" && name === "thread_name") names.set(`${pid} ${tid}`, args?.name ?? "");
  const threads = new Map<string, { all: number; longest: number }>();
  for (const { name, pid, tid, tdur } of traceEvents) {
    if ((name !== "RunTask" && name !== "ThreadControllerImpl::RunTask") || tdur === undefined) continue;
    const thread = names.get(`${pid} ${tid}`) ?? "";
    const { all, longest } = threads.get(thread) ?? { all: 0, longest: 0 };
    threads.set(thread, { all: all + tdur / 1000, longest: Math.max(longest, tdur / 1000) });
  }
  return threads;
}

test.skipIf(executablePath === undefined)(
  "reading 50 MB of Apple Health and answering a histogram of 100 leave the page its frames",
  { timeout: 300_000 },
  async (context) => {
    const services = await startBehindGate(context);
    const app = await serveApp(await buildApp(services.pinned), { port: 0, services: [services.gate.url] });
    const browser = await chromium.launch({ executablePath: executablePath as string });
    context.onTestFinished(async () => {
      await browser.close();
      await app.close();
    });
    const parts = appleExport({ days: 700, entriesPerDay: 125, lastDay });
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    expect(size).toBeGreaterThan(FILE_BYTES);
    const open = async (without: boolean): Promise<Page> => {
      const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
      // As in an engine without workers.
      if (without) await page.addInitScript(() => delete (globalThis as { Worker?: unknown }).Worker);
      await page.goto(app.url);
      await page.waitForSelector("body.ready");
      // A file of the page's own, as one that was dropped: chosen ones go over the test's wire.
      await page.evaluate((some) => Object.assign(globalThis, { dropped: new File(some, "export.xml") }), parts);
      return page;
    };
    const traced = async (page: Page, work: () => Promise<unknown>) => {
      await browser.startTracing(page, {
        categories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute"],
      });
      await work();
      return threadsOf(await browser.stopTracing());
    };
    const drop = async (page: Page) => {
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add((globalThis as unknown as { dropped: File }).dropped);
        dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
      });
      await page.locator(".done", { hasText: "700 days" }).waitFor({ timeout: 120_000 });
    };
    const figures: Record<string, { all: number; longest: number } | undefined> = {};
    const page = await open(false);
    const reading = await traced(page, () => drop(page));
    figures["reading, page"] = reading.get("CrRendererMain");
    figures["reading, worker"] = reading.get("DedicatedWorker thread");

    const edges = Array.from({ length: 101 }, (_, i) => 8 * i);
    await ask(services.pair, { ...question, name: "sleep", select: binsOf("sleep", edges) });
    await page.goto(`${app.url}#asked`);
    const syncing = await traced(page, async () => {
      await page.locator("paceline-consent button").first().click();
      await page.locator("#status", { hasText: "1 message has left" }).waitFor();
    });
    figures["sync, page"] = syncing.get("CrRendererMain");
    figures["sync, worker"] = syncing.get("DedicatedWorker thread");

    const alone = await open(true);
    const slices = await traced(alone, () => drop(alone));
    figures["reading without a worker, page"] = slices.get("CrRendererMain");
    console.log(`${(size / 1024 / 1024).toFixed(0)} MB`, figures);

    // The work is the worker's by a wide margin, and no single task of the page takes a frame.
    expect(figures["reading, worker"]?.all).toBeGreaterThan(5 * (figures["reading, page"]?.all ?? 0));
    expect(figures["reading, page"]?.longest).toBeLessThan(FRAME_MS);
    expect(figures["sync, page"]?.longest).toBeLessThan(FRAME_MS);
  },
);
