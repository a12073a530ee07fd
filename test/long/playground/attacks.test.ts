// The attack lab in a browser against the same attacks here, all five; and work that is called off, which ends.
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { attackNames, simulateAttack } from "../../../src/simulate/index.ts";
import { attackOptions, printedBy, rounded } from "../../playground/attacks.ts";
import { closeSite, inPage } from "../../playground/site.ts";

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

test("a long attack shows how far it is, and ends when it is called off", async () => {
  await inPage("#/attacks?runs=100000&answers=200", async ({ page }) => {
    await page.getByText(/Attacking: \d+ %/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => page.getByRole("button", { name: "Attack", exact: true }).isEnabled()).toBe(true);
    await page.getByRole("combobox", { name: "Attack", exact: true }).selectOption("membership");
    await page.getByRole("heading", { name: /Who was among/ }).waitFor();
  });
});
