// The page as its reader has it: in Chromium, behind its own policy, with nobody to ask.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { everyRoom } from "./looks.ts";
import { closeSite, FOLDER, inPage } from "./site.ts";
import { stackChapter } from "./stack.ts";

afterAll(closeSite);

test("no rule of axe is broken in any room on a dark phone, and nothing is wider than it", async () => {
  await everyRoom({ width: 360, scheme: "dark" });
});

describe("the frame", () => {
  test("what is downloaded before a room is opened is small, and holds nothing inline", async () => {
    await inPage("", async ({ page }) => {
      const first = await page.evaluate(() =>
        performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname),
      );
      const sizes = first.map((path) => gzipSync(readFileSync(join(FOLDER, path)), { level: 9 }).length);
      expect(first.some((path) => path.endsWith(".js"))).toBe(true);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000);
      expect(await page.locator("script:not([src]), style").count()).toBe(0);
    });
  });

  test("rooms are reached by keyboard, and their heading is read first", async () => {
    await inPage("", async ({ page }) => {
      await page.getByRole("link", { name: "Accuracy" }).first().focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Accuracy");
      await expect.poll(() => page.title()).toBe("Accuracy – Paceline playground");
    });
  });

  test("the chosen colours survive a reload", async () => {
    await inPage("", async ({ page }) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const light = await ground();
      await page.getByRole("button", { name: /Colours/ }).click();
      await page.getByRole("button", { name: "Colours: light" }).click();
      await expect.poll(ground).not.toBe(light);
      const dark = await ground();
      await page.reload();
      await expect.poll(ground).toBe(dark);
    });
  });
});

stackChapter();
