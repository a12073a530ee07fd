// The museum's room: what it shows is what the exhibits find. museum.test.ts has the exhibits themselves, without a page.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exhibitIds } from "../../src/playground/museum/abouts.ts";
import { auditExhibit } from "../../src/playground/museum/audit.ts";
import { rounded } from "./attacks.ts";
import { inPage } from "./site.ts";

export function museumChapter(): void {
  describe("museum", () => {
    test("an exhibit runs as it is opened, is refuted in red beside ours, has its sources, and is the one of the same seed here", async () => {
      const expected = await auditExhibit({ exhibit: "float-laplace", runs: 1000, seed: "paceline", confidence: 0.99 });
      await inPage("#/museum?exhibit=float-laplace&runs=1000", async ({ page }) => {
        const card = page.getByRole("region", { name: "The exhibit" });
        await card.locator(".verdicts").waitFor();
        expect(await card.locator(".lost").innerText()).toMatch(/Refuted: promised ε = 1, .*no bound at all/);
        expect(await card.locator(".held").innerText()).toMatch(/Paceline\n?.*Not refuted/s);
        expect(await card.getByRole("link").count()).toBeGreaterThan(1);
        const started = page.waitForEvent("download");
        await page.getByRole("button", { name: "All numbers as JSON" }).click();
        expect(JSON.parse(readFileSync(await (await started).path(), "utf8"), rounded)).toEqual(
          JSON.parse(JSON.stringify(expected), rounded),
        );
        const buttons = page.getByRole("region", { name: "Exhibits" }).locator("button[aria-pressed]");
        expect(await buttons.count()).toBe(exhibitIds.length);
        await buttons.nth(exhibitIds.indexOf("restored-ledger")).focus();
        await page.keyboard.press("Enter");
        await card.getByRole("heading", { name: "A share drawn again after a restore" }).waitFor();
        await card.locator(".verdicts .lost").waitFor();
        expect(new URL(page.url()).hash).toContain("exhibit=restored-ledger");
      });
    });
  });
}
