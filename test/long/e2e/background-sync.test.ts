// A browser that grants Background Sync wakes the example app's service worker once there is a connection, with no page of the app open.
import { expect, test } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { goTo, newPhone, startBehindGate } from "../../e2e/app/phone.ts";
import { ask, question } from "../../e2e/members.ts";

const chromium = await findChromium();

test.skipIf(chromium === undefined)(
  "a report leaves by Background Sync (skipped where the browser has it switched off, as headless shells have)",
  { timeout: 120_000 },
  async (context) => {
    const services = await startBehindGate(context);
    const phone = await newPhone(context, chromium as string, services);
    const page = await phone.open("days");
    await page.locator("#sample").click();
    await page.locator(".done").waitFor();
    await goTo(page, "asked");
    await page.locator("paceline-consent button").first().click();
    await page.locator("paceline-consent .state.given").waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const tags = () =>
      page.evaluate(async () => {
        const { sync } = (await navigator.serviceWorker.ready) as unknown as {
          sync: { getTags(): Promise<readonly string[]> };
        };
        return await sync.getTags().catch(() => undefined);
      });
    if ((await tags()) === undefined) return context.skip("Background Sync is switched off here");
    await phone.context.grantPermissions(["background-sync"]);
    await phone.context.setOffline(true);
    await page.reload();
    await expect.poll(tags, { timeout: 10_000 }).toEqual(["paceline"]);
    const { task } = await ask(services.pair, question);
    await page.goto("about:blank");
    expect(services.gate.uploads).toEqual([]);
    await phone.context.setOffline(false);
    await expect.poll(() => services.gate.uploads.map((one) => one.task), { timeout: 30_000 }).toEqual([task]);
  },
);
