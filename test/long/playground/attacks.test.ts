// The attack lab in a browser against the same attacks here, all five; and work that is called off, which ends.
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { attackNames, simulateAttack } from "../../../src/simulate/index.ts";
import { attackOptions, printedBy, rounded } from "../../playground/attacks.ts";
import { closeSite, inPage, saved } from "../../playground/site.ts";

afterAll(closeSite);

test.each(attackNames)("%s: the same numbers as here", async (attack) => {
  const changes = { attack, runs: 1000, answers: 51, knows: "nothing", epsilon: "0.7" } as const;
  const expected = await simulateAttack(attackOptions(changes));
  await inPage(`#/attacks?${new URLSearchParams({ ...changes, runs: "1000", answers: "51" })}`, async ({ page }) => {
    await page.getByRole("region", { name: "What came out" }).waitFor();
    const download = async (name: string) => {
      const started = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      return readFileSync(await (await started).path(), "utf8");
    };
    const same = JSON.parse(JSON.stringify(expected), rounded);
    expect(JSON.parse(await download("All numbers as JSON"), rounded)).toEqual(same);
    expect(printedBy(await download("TypeScript, runnable"))).toEqual(same);
  });
});

test.each(["attacks?attack=reconstruction&answers=64&runs=1000", "museum?exhibit=sigma-squared&runs=1000"])(
  "%s: one thread, three, and as many as there are find the same",
  async (address) => {
    await inPage(`#/${address}`, async ({ page }) => {
      await page.locator("html[data-whole]").waitFor({ state: "attached" });
      await page.locator(".verdicts").waitFor();
      await page.getByText("Runs, seed, confidence, threads").click();
      const results: string[] = [];
      for (const threads of ["", "1", "3"]) {
        await page.getByLabel("Threads").fill(threads);
        let started = 0;
        const count = () => started++;
        page.on("worker", count);
        await page.getByRole("button", { name: /^(Attack|Run this one)$/ }).click();
        await page.getByRole("progressbar").waitFor({ state: "hidden" });
        page.off("worker", count);
        // The room's own worker is there from the first time on.
        if (threads !== "") expect(started).toBe(threads === "1" ? 0 : 3);
        results.push(await saved(page, "All numbers as JSON"));
      }
      expect(new Set(results).size).toBe(1);
    });
  },
);

test("a long attack shows how far it is, and ends when it is called off", async () => {
  await inPage("#/attacks?runs=100000&answers=200", async ({ page }) => {
    await page.getByText(/Attacking: \d+ %/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => page.getByRole("button", { name: "Attack", exact: true }).isEnabled()).toBe(true);
    await page.getByRole("combobox", { name: "Attack", exact: true }).selectOption("membership");
    await page.getByRole("heading", { name: /Who was among/ }).waitFor();
  });
});
