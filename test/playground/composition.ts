// The composition room: how long a budget lasts. test/long/playground holds its bounds against the command line.
import { describe, expect, test } from "vitest";
import { inPage } from "./site.ts";

const plan = [{ name: "a", mechanism: "gaussian", noiseMultiplier: 20, count: 52, every: 1 }];
export function compositionChapter(): void {
  describe("composition", () => {
    test("a plan that ends says on which day, and goes on where a step is left out", async () => {
      await inPage(
        `#/composition?${new URLSearchParams({ steps: JSON.stringify(plan), cap: "1" })}`,
        async ({ page }) => {
          const ends = page.getByText(/ends 2026-\d\d-\d\d/).first();
          await ends.waitFor();
          await page.getByLabel("ε in all").fill("100");
          await page.getByText("holds").first().waitFor();
          await page.getByRole("checkbox", { name: "a" }).click();
          await page.getByText("every step is left out").first().waitFor();
          expect(decodeURIComponent(new URL(page.url()).hash)).toContain('"off"');
        },
      );
    });
  });
}
