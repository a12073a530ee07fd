// The training lab: a member's week is read out of one update and of nothing that is released. test/long/playground holds its
// studies against the command line.
import { describe, expect, test } from "vitest";
import { inPage } from "./site.ts";

export function trainingChapter(): void {
  describe("the training lab", () => {
    test("a week is read out of one update, and not out of a noised one; its pictures have a table", async () => {
      await inPage("#/training?noiseEpsilon=4&summed=20", async ({ page }) => {
        const weeks = page.locator("#weeks");
        await weeks.waitFor();
        const said = await weeks.locator("svg desc").textContent();
        expect(said).toMatch(/^One update: likeness 1, error 0\.?\d* %/);
        const likeness = (name: string) => Number(new RegExp(`${name}: likeness ([−-]?[\\d.]+)`).exec(said ?? "")?.[1]);
        expect(likeness("Sum of 20")).toBeLessThan(0.9);
        expect(Math.abs(likeness("One update, noised"))).toBeLessThan(0.4);
        expect(await weeks.locator("tbody tr").count()).toBe(5 * 7);
        await page.locator("#likeness").waitFor();
      });
    });
  });
}
