// The page as its reader has it: in Chromium, behind its own policy, with nobody to ask.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import axe from "axe-core";
import { afterAll, describe, expect, test } from "vitest";
import { accuracyChapter } from "./accuracy.ts";
import { attacksChapter } from "./attacks.ts";
import { compositionChapter } from "./composition.ts";
import { museumChapter } from "./museum.ts";
import { closeSite, FOLDER, inPage } from "./site.ts";
import { stackChapter } from "./stack.ts";

afterAll(closeSite);

const rooms = ["", "accuracy", "composition", "stack", "attacks", "museum"] as const;
/** What runs by itself is looked at with what came of it. */
const outcome: Readonly<Record<string, string>> = { attacks: ".verdicts", museum: ".verdicts" };

describe("every room", () => {
  test.each(rooms)(
    "#/%s: no rule of axe is broken, in either scheme, and nothing is wider than a phone",
    async (room) => {
      for (const [width, scheme] of [
        [1440, "light"],
        [360, "dark"],
      ] as const)
        await inPage(
          `#/${room}`,
          async ({ page }) => {
            await page.locator("main h1").waitFor();
            if (room !== "")
              await page
                .locator(outcome[room] ?? "main .card")
                .first()
                .waitFor();
            // As a function of its own: a script element would break the page's policy.
            await page.evaluate(axe.source);
            const found = await page.evaluate(async () => {
              const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
              return violations.map(
                ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
              );
            });
            expect(found).toEqual([]);
            expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
          },
          { width, scheme },
        );
    },
  );
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

accuracyChapter();
compositionChapter();
stackChapter();
attacksChapter();
museumChapter();
