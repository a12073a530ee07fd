// The attack lab: what it shows is what the simulation finds, and what it hands on runs. test/long/playground has all five attacks.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { defaults } from "../../src/playground/attacks/defaults.ts";
import { type AttackOptions, attackNames, simulateAttack } from "../../src/simulate/index.ts";
import { inPage } from "./site.ts";

/** Two engines' exponentials may differ in the last bit. */
export const rounded = (_: string, value: unknown) =>
  typeof value === "number" ? Number(value.toPrecision(10)) : value;

/** What a script that a room hands on prints, run in the top folder of the repository as its first line says. */
export function printedBy(script: string): unknown {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=paceline-source", "--input-type=module"],
    { input: script, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout, rounded);
}

export function attackOptions(changes: Partial<AttackOptions>): AttackOptions {
  const { answers, runs, confidence, threads: _, ...texts } = defaults;
  const numbers = { answers: Number(answers), runs: Number(runs), confidence: Number(confidence) };
  return { ...texts, ...numbers, ...changes };
}

export function attacksChapter(): void {
  describe("attack lab", () => {
    test("it attacks as it opens; a broken promise is refuted, a kept one is not, and the numbers are the simulation's", async () => {
      const expected = await simulateAttack(attackOptions({ runs: 400 }));
      await inPage("#/attacks?runs=400", async ({ page }) => {
        const card = page.getByRole("region", { name: "What came out" });
        await card.waitFor();
        expect(await card.locator(".lost").count()).toBe(1);
        expect(await card.locator(".held", { hasText: "Paceline" }).count()).toBe(1);
        const download = async (name: string) => {
          const started = page.waitForEvent("download");
          await page.getByRole("button", { name, exact: true }).click();
          return readFileSync(await (await started).path(), "utf8");
        };
        expect(JSON.parse(await download("All numbers as JSON"), rounded)).toEqual(
          JSON.parse(JSON.stringify(expected), rounded),
        );
        expect(JSON.parse(await download("Specification"))).toEqual(expected.options);
        expect(JSON.parse(await download("Notebook with all numbers")).nbformat).toBe(4);
        expect(await download("TypeScript, runnable")).toContain('from "paceline/simulate"');
        const choice = page.getByRole("combobox", { name: "Attack", exact: true });
        const listed = await choice.locator("option").evaluateAll((all) => all.map((one) => one.getAttribute("value")));
        expect(listed.sort()).toEqual([...attackNames].sort());
        // What is wrong is said, and the address keeps what was chosen.
        await page.getByLabel("Question").fill("SELECT AVG(rrh) FROM member_week");
        await page.getByRole("button", { name: "Attack", exact: true }).click();
        await page.getByText(/did you mean rhr/).waitFor();
        await choice.selectOption("reconstruction");
        await page.getByRole("heading", { name: "64 secret bits" }).waitFor();
        expect(new URL(page.url()).hash).toContain("attack=reconstruction");
      });
    });
  });
}
