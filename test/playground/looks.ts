// What holds of every room as it is opened: axe's rules, and a page that is no wider than its screen.
import axe from "axe-core";
import { expect } from "vitest";
import { inPage } from "./site.ts";

/** Of the page itself, so that a new room is looked at too. */
const LINKS = "header nav a";

/** What runs by itself as a room is opened. */
const outcomes: Readonly<Record<string, string>> = {
  "#/accuracy": ".facts",
  "#/composition": "#accounts",
  "#/stack": "#released",
  "#/attacks": ".verdicts",
  "#/museum": ".verdicts",
  "#/training": "#weeks",
};

interface Looked {
  readonly width: number;
  readonly scheme: "light" | "dark";
  /** Whether each room is looked at with what came of it, which takes seconds. */
  readonly whole?: boolean;
  /** Whether the network is cut once the first page has loaded what it may need. */
  readonly cut?: boolean;
}

/** Each room after the other, in one page, from the first one on. */
export async function everyRoom({ whole = false, cut = false, ...wanted }: Looked): Promise<void> {
  await inPage(
    "",
    async ({ page }) => {
      // As a function of its own: a script element would break the page's policy.
      await page.evaluate(axe.source);
      if (cut) {
        await page.locator("html[data-whole]").waitFor({ state: "attached" });
        await page.context().setOffline(true);
      }
      const addresses = await page
        .locator(LINKS)
        .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
      expect(addresses.length).toBeGreaterThan(3);
      for (const address of ["#/", ...addresses]) {
        await page.evaluate((hash) => {
          location.hash = hash;
        }, address);
        await page.locator("main .card").first().waitFor();
        if (whole && address !== "#/")
          await page
            .locator(outcomes[address] ?? "nothing")
            .first()
            .waitFor();
        const found = await page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
        });
        expect([address, found]).toEqual([address, []]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      }
    },
    wanted,
  );
}
