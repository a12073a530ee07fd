// The training lab: its studies are those of paceline simulate train on the files that it hands on, to the last bit, on any number
// of threads; its inversion is the simulate room's.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { invert } from "../../../src/playground/training/inversion.ts";
import { inProcess } from "../../cli/spawned.ts";
import { closeSite, inPage, saved } from "../../playground/site.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-training-lab-"));
afterAll(async () => {
  await closeSite();
  rmSync(folder, { recursive: true });
});

const state = {
  members: "90",
  rounds: "5",
  epsilons: "1, 8",
  repeats: "3",
  skew: "0.5",
  dropout: "0.2",
  seed: "a test",
};

test("a study is the command's, on one thread and on three, and each of its files is as it says", async () => {
  await inPage(`#/training?${new URLSearchParams(state)}`, async ({ page }) => {
    // The worker that loads what may be needed later is none of those that are counted.
    await page.locator("html[data-whole]").waitFor({ state: "attached" });
    const studies: string[] = [];
    for (const threads of ["1", "3"]) {
      await page.getByLabel("Threads").fill(threads);
      let started = 0;
      const count = () => started++;
      page.on("worker", count);
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.getByRole("progressbar", { name: "Training" }).waitFor({ state: "hidden" });
      await page.locator("#held-out").waitFor();
      page.off("worker", count);
      if (studies.length === 0) await page.getByText("for elsewhere").click();
      else expect(started).toBe(3);
      studies.push(await saved(page, /All of it as JSON/));
    }
    expect(studies[1]).toBe(studies[0]);
    for (const id of ["in-user", "gap", "groups", "mix"]) expect(await page.locator(`#${id}`).count()).toBe(1);
    writeFileSync(join(folder, "training.json"), await saved(page, "The training"));
    writeFileSync(join(folder, "activities.csv"), await saved(page, "The examples"));
    const command = (await page.locator("code", { hasText: "npx paceline" }).innerText()).slice("npx paceline ".length);
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string));
    const files = words.map((word) => (/^(training\.json|activities\.csv)$/.test(word) ? join(folder, word) : word));
    const told = await inProcess([...files, "--workers", "2", "--json"]);
    expect(told.code).toBe(0);
    // What the page says of its people, the command says of its file.
    const { says: _, ...expected } = JSON.parse(told.out);
    const { says, ...found } = JSON.parse(studies[0] as string);
    expect(found).toEqual(expected);
    expect(says.length).toBeGreaterThan(4);
  });
});

test("training is called off, and starts anew", async () => {
  await inPage("#/training?rounds=80&repeats=40", async ({ page }) => {
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await expect
      .poll(() => page.getByRole("progressbar", { name: "Training" }).getAttribute("value"), { timeout: 20_000 })
      .toMatch(/^0\.\d+/);
    const training = page.getByRole("region", { name: "The training" });
    await training.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("progressbar", { name: "Training" }).waitFor({ state: "hidden" });
    expect(await page.locator("#held-out").count()).toBe(0);
    await page.getByLabel("Trainings a point").fill("1");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.locator("#held-out").waitFor();
    await page.getByLabel("Budgets ε").fill("1, x");
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByText("epsilon must be from 0.01 to 1000, not NaN").waitFor();
  });
});

test("the pictures' numbers are those of the simulate room", async () => {
  const { pictures } = invert({ summed: 10, epsilon: 16, hidden: 32, clip: 0.5, seed: "a test" }, () => undefined);
  await inPage("#/training?summed=10&noiseEpsilon=16&hidden=32&seed=a+test", async ({ page }) => {
    await page.locator("#weeks").waitFor();
    const csv = await saved(page, /CSV of One member/);
    const numbers = csv
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",").slice(-24).map(Number));
    // Two engines' logarithms may differ in the last bit.
    const rounded = (all: readonly number[]) => all.map((x) => Number(x.toPrecision(9)));
    expect(numbers).toHaveLength(5 * 7);
    expect(rounded(numbers.flat())).toEqual(rounded(pictures.flatMap(({ week }) => week)));
  });
});
