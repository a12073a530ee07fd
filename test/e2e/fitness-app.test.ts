// examples/fitness-app in a real Chromium against two real services: one member from the first file to the last trace, and what
// both services counted of them.
import { zipSync } from "fflate";
import type { Page } from "playwright";
import { expect, test } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { createClient } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeClock, nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { appleExport } from "../support/apple-export.ts";
import { binsOf } from "../support/questions.ts";
import { brokenRules, cachedTexts, goTo, newPhone, type Services, startBehindGate, storedBytes } from "./app/phone.ts";
import { ask, collect, openRelease, question } from "./members.ts";

const chromium = await findChromium();
const lastDay = 20_480;
const CANARY = "Wilhelmina Quux";
/** The member's own, the same every day, so that no noise of days hides a report that is counted twice. */
const RATE = 62;
const bins = [35, 50, 60, 70, 110];

const exported = () => {
  const xml = appleExport({ days: 40, entriesPerDay: 30, lastDay, canary: CANARY, restingRate: () => RATE }).join("");
  const files = { "apple_health_export/export.xml": new TextEncoder().encode(xml) };
  return { name: "export.zip", mimeType: "application/zip", buffer: Buffer.from(zipSync(files)) };
};

/** Of the same metric over other days, so that each is a task of its own. */
const asking = (days: number) => ({
  ...question,
  name: `rhr-${days}`,
  title: `What is a usual resting heart rate of ${days} days?`,
  select: binsOf("rhr", bins),
  window: { ...question.window, days },
  privacy: { epsilon: "0.5" },
});

/** Five others, so that there is a batch. */
async function others({ pair, pinned }: Services): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const client = createClient({
      ...pinned,
      store: memoryDeviceStore(),
      days: () => Array.from({ length: 40 }, (_, d) => ({ day: lastDay - d, values: { rhr: 45 } })),
      platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport: pair.transport },
    });
    await client.consent.grant("service-improvement");
    for (const { outcome } of await client.sync()) expect(outcome).toBe("sent");
  }
}

/** Notes what a page asks its service worker to be woken by, which not every build of a browser grants. */
const noteWaking = () => {
  const asked: unknown[] = [];
  const managers = globalThis as unknown as Record<string, { prototype: { register(...given: unknown[]): unknown } }>;
  Object.assign(globalThis, { asked });
  for (const name of ["SyncManager", "PeriodicSyncManager"]) {
    const manager = managers[name]?.prototype;
    const before = manager?.register;
    if (manager === undefined || before === undefined) continue;
    manager.register = function (...given) {
      asked.push([name, ...given]);
      return before.apply(this, given);
    };
  }
};
const asked = () => (globalThis as unknown as { asked: unknown[] }).asked;

const look = (page: Page) => page.locator("#sync").click();
const take = (page: Page) => page.locator("paceline-consent button").first();

test.skipIf(chromium === undefined)("a member's whole story in a browser", { timeout: 120_000 }, async (context) => {
  const services = await startBehindGate(context);
  const { pair, gate } = services;
  const phone = await newPhone(context, chromium as string, services);
  const arrived = (task: string) => gate.uploads.filter((one) => one.task === task);
  const answered = (task: string, times = 1) =>
    expect.poll(() => arrived(task).length, { timeout: 15_000 }).toBe(times);
  await phone.context.addInitScript(noteWaking);
  let page = await phone.open();

  // Their file is read by a worker, and nothing is asked or sent.
  const worker = page.waitForEvent("worker");
  await page.locator("#file").setInputFiles(exported());
  expect((await worker).url()).toBe(`${phone.url}worker.js`);
  await page.locator(".done", { hasText: "40 days" }).waitFor();
  await page.locator(".figure.rhr", { hasText: `${RATE} bpm` }).waitFor();
  await expect.poll(() => page.locator("#status").textContent()).toBe("Nothing has left");
  expect(gate.requests).toEqual([]);

  // With their yes the first question is answered, once, and the log tells as many bytes as the gate saw.
  const { task: first } = await ask(pair, asking(28));
  await goTo(page, "asked");
  await take(page).click();
  await answered(first);
  await page.locator("#status", { hasText: "1 message has left" }).waitFor();
  await goTo(page, "log");
  const size = new Intl.NumberFormat("en").format(arrived(first)[0]?.body.length ?? 0);
  await page.locator("paceline-log li", { hasText: `${size} bytes · arrived` }).waitFor();
  for (const view of ["days", "asked", "log", "yours"] as const) {
    await goTo(page, view);
    expect([view, await brokenRules(page)]).toEqual([view, []]);
  }

  // Without a connection the app says so, and asks to be woken; with one, the answer leaves by itself.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await phone.context.setOffline(true);
  const { task: second } = await ask(pair, asking(27));
  await goTo(page, "asked");
  await look(page);
  await page.locator("#synced", { hasText: "No connection" }).waitFor();
  expect(arrived(second)).toEqual([]);
  await phone.context.setOffline(false);
  await answered(second);
  await phone.context.setOffline(true);
  await page.reload();
  await expect
    .poll(() => page.evaluate(asked))
    .toEqual([
      ["SyncManager", "paceline"],
      ["PeriodicSyncManager", "paceline", { minInterval: 21_600_000 }],
    ]);
  await goTo(page, "days");
  await page.locator(".figure.rhr", { hasText: `${RATE} bpm` }).waitFor();
  await phone.context.setOffline(false);
  await page.reload();
  await goTo(page, "asked");

  // Two tabs at once answer once.
  const { task: third } = await ask(pair, asking(26));
  const other = await phone.open("asked");
  await Promise.all([look(page), look(other)]);
  await answered(third);
  await other.locator("#status", { hasText: "3 messages have left" }).waitFor();
  await other.close();

  // A tab that dies while its report is on the way: the next one sends the same bytes, which are counted once.
  gate.mode = "hold";
  const { task: fourth } = await ask(pair, asking(25));
  await look(page);
  await answered(fourth);
  const devtools = await phone.context.newCDPSession(page);
  devtools.send("Page.crash").catch(() => undefined);
  await page.waitForEvent("crash");
  await page.close();
  gate.mode = "pass";
  page = await phone.open("asked");
  await answered(fourth, 2);
  expect(arrived(fourth)[1]?.body).toEqual(arrived(fourth)[0]?.body);
  await page.locator("#status", { hasText: "5 messages have left" }).waitFor();

  // What waits when the last page goes is sent by the service worker.
  gate.mode = "busy";
  const { task: fifth } = await ask(pair, asking(24));
  await look(page);
  await answered(fifth);
  gate.mode = "pass";
  await page.goto("about:blank");
  await answered(fifth, 2);
  page = await phone.open("asked");

  // Both aggregators counted one report a question, which takes both to verify; the two that were sent twice among them.
  await others(services);
  for (const task of [first, second, third, fourth, fifth])
    expect(openRelease(await collect(pair, task)).values).toEqual([5, 0, 1, 0]);

  // After their no, not even a request, but for what is taken back: too late for these, as both aggregators say.
  await take(page).click();
  await page.locator("paceline-consent .state.withdrawn").waitFor();
  const back = () => gate.requests.filter((request) => request.endsWith("/withdrawals"));
  await expect.poll(() => back().length).toBe(5);
  // The last of them waits for the helper's answer.
  await expect.poll(async () => (await storedBytes(page)).includes("withdrawal/")).toBe(false);
  expect(back().sort()).toEqual(
    [first, second, third, fourth, fifth].map((task) => `POST /v1/tasks/${task}/withdrawals`).sort(),
  );
  await ask(pair, asking(23));
  const before = gate.requests.length;
  await look(page);
  await page.locator("#synced", { hasText: "Say yes to a purpose first" }).waitFor();
  await page.reload();
  await page.waitForSelector("body.ready");
  expect(gate.requests.slice(before)).toEqual([]);

  // What the browser keeps says nothing of the member; what is planted is found, and what is cached is the app itself.
  const secret = [CANARY, "Quux", "steps", "rhr", "values", "heart", "research on members", "publicKey"];
  await page.evaluate((name) => localStorage.setItem("planted", name), CANARY);
  const stored = await storedBytes(page);
  expect(stored).toContain(`task/${first}`);
  expect(secret.filter((text) => stored.includes(text))).toEqual([CANARY, "Quux"]);
  await page.evaluate(() => localStorage.setItem("planted", "a word of no meaning"));
  const cached = await cachedTexts(page);
  expect(cached.size).toBe(phone.files.size - 1);
  for (const [name, text] of cached)
    expect([name, text]).toEqual([name, Buffer.from(phone.files.get(name || "index.html") ?? []).toString()]);

  // Erased: what stays is which questions were answered and what they cost, bare.
  await goTo(page, "yours");
  const controls = page.locator("paceline-controls");
  await controls.getByRole("button", { name: "Erase everything here" }).click();
  await controls.getByRole("button", { name: "Yes, erase" }).click();
  await controls.getByText("Erased.").waitFor();
  await expect.poll(() => page.locator("#status").textContent()).toBe("Nothing since erasing");
  await goTo(page, "days");
  await page.getByText("Nothing here yet.").waitFor();
  const keys = (await storedBytes(page)).match(/\["[^\]]*\u0080seal"\]/)?.[0] ?? "[]";
  const kinds = new Set((JSON.parse(keys) as string[]).map((key) => key.split("/")[0]));
  expect([...kinds].sort()).toEqual(["epoch", "task", "\u0080seal"]);

  // Nor do the files of the browser's profile, whatever it wrote to them in between.
  expect(phone.said.filter((line) => !/net::ERR_|status of 503/.test(line))).toEqual([]);
  const profile = [...(await phone.profile())];
  const holding = (text: string) => profile.filter(([, bytes]) => bytes.includes(text)).map(([path]) => path);
  expect(holding("a word of no meaning").length).toBeGreaterThan(0);
  expect([...holding('"rhr":62'), ...holding("Wilhelmina Quux’s Watch")]).toEqual([]);
});
