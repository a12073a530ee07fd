// Every screen of the example app as its own script serves it, coordinator, helper and issuer included: in both languages, light and
// dark, on a phone and on a desk no rule of axe is broken and nothing is wider than the page. Real exports are read where there are.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright";
import { expect, test } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { brokenRules, goTo } from "../../e2e/app/phone.ts";

const executablePath = await findChromium();
const top = fileURLToPath(new URL("../../../", import.meta.url));
const shared = process.env.PACELINE_SHARED ?? join(top, "../shared");
/** Of as many kinds, and the text that shows that it was understood. */
const real = [
  ["data/fit/garmin-fenix-5-run.fit", "1 days"],
  ["data/apple/dogsheep-export.xml", "days"],
  ["data/fitbit-api/fitbit-activities-steps-timeseries.json", "days"],
] as const;

/** @returns the app's address */
async function serve(folder: string, onEnd: (work: () => Promise<void>) => void): Promise<string> {
  const port = randomInt(20_000, 31_990);
  const script = join(top, "examples/fitness-app/serve.mjs");
  const child = spawn(
    process.execPath,
    ["--conditions=paceline-source", script, "--port", String(port), "--data", folder],
    { cwd: top, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onEnd(async () => {
    child.kill();
    await ended;
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => {
      said += text;
      if (said.includes("Until Ctrl-C")) resolve();
    });
    ended.then(() => reject(new Error(`the script ended: ${said}`)));
  });
  expect(said.match(/^ {2}asked: /gm)).toHaveLength(2);
  return `http://localhost:${port}/`;
}

const looks = ["en-GB", "de-DE"].flatMap((locale) =>
  (["light", "dark"] as const).flatMap((colorScheme) => [360, 1440].map((width) => ({ locale, colorScheme, width }))),
);

async function look(page: Page, where: string): Promise<void> {
  expect([where, await brokenRules(page)]).toEqual([where, []]);
  const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth] as const);
  expect([where, content]).toEqual([where, room]);
}

test.skipIf(executablePath === undefined)("every screen, in every look", { timeout: 300_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-screens-"));
  const endings: (() => Promise<void>)[] = [];
  context.onTestFinished(async () => {
    for (const end of endings.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = await serve(folder, (end) => endings.push(end));
  const browser = await chromium.launch({ executablePath: executablePath as string });
  endings.push(() => browser.close());
  for (const [i, { locale, colorScheme, width }] of looks.entries()) {
    const device = await browser.newContext({ locale, colorScheme, viewport: { width, height: 800 } });
    const page = await device.newPage();
    const at = (screen: string) => `${screen}, ${locale}, ${colorScheme}, ${width}`;
    await page.goto(url);
    await page.waitForSelector("body.ready");
    await look(page, at("no days"));
    await page.locator("#sample").click();
    await page.locator(".figure.sleep").waitFor();
    await page.locator("details").first().click();
    await look(page, at("days"));
    await goTo(page, "asked");
    await look(page, at("before consent"));
    // One member has the tokens of one device: the others are told that there are none.
    await page.locator("paceline-consent button").first().click();
    await page.locator("paceline-consent .state.given").waitFor();
    await page.locator("paceline-notices section").waitFor();
    await look(page, at("asked"));
    await goTo(page, "log");
    await page.locator("paceline-log li").first().waitFor();
    if (i === 0) expect(await page.locator("paceline-log li").textContent()).toContain("tokens");
    await look(page, at("log"));
    await goTo(page, "yours");
    await page.locator("paceline-controls button").nth(1).click();
    await page.locator("paceline-controls [role=alert]").waitFor();
    await look(page, at("erasing"));
    await page.locator("paceline-controls button").nth(1).click();
    await page.locator("paceline-controls li").first().waitFor();
    await look(page, at("erased"));
    await device.close();
  }
});

test.skipIf(executablePath === undefined || !existsSync(join(shared, "data/fit")))(
  "real exports, one after the other (skipped without the shared folder)",
  { timeout: 120_000 },
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "paceline-screens-"));
    const endings: (() => Promise<void>)[] = [];
    context.onTestFinished(async () => {
      for (const end of endings.reverse()) await end();
      rmSync(folder, { recursive: true, force: true });
    });
    const url = await serve(folder, (end) => endings.push(end));
    const browser = await chromium.launch({ executablePath: executablePath as string });
    endings.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForSelector("body.ready");
    for (const [path, says] of real) {
      await page.locator("#file").setInputFiles(join(shared, path));
      const name = path.slice(path.lastIndexOf("/") + 1);
      await page.locator(".done", { hasText: name }).waitFor();
      expect(await page.locator(".done").textContent()).toMatch(
        new RegExp(`^${name}: [1-9]\\d* ${says.replace(/^\d+ /, "")}`),
      );
    }
    await look(page, "real exports");
  },
);
