// The accuracy room: prices and simulations are those of the services and of the command line, to the last digit shown.
import { afterAll, expect, test } from "vitest";
import { simulateRuns, simulateStudy } from "../../../src/simulate/index.ts";
import { closeSite, inPage, saved } from "../../playground/site.ts";

/** Two engines' exponentials may differ in the last bit. */
const rounded = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(11)) : value);
const noOperator = { definitions: [], lists: {} };

afterAll(closeSite);

test("a study is the same as the command's on any number of threads, and goes on with the network cut", async () => {
  const sql = "SELECT SHARE(mvpa >= 150) FROM member_week";
  const expected = await simulateStudy(
    {
      question: { sql },
      budgets: ["0.1", "0.3", "1", "3"].map((epsilon) => ({ epsilon })),
      members: [300],
      ...{ runs: 60, seed: "a test", operator: noOperator },
    },
    { size: 1, run: async (job) => simulateRuns(job) },
  );
  const address = `#/accuracy?${new URLSearchParams({ sql, members: "300", runs: "60", seed: "a test" })}`;
  await inPage(address, async ({ page }) => {
    await page.locator("html[data-whole]").waitFor({ state: "attached" });
    await page.context().setOffline(true);
    const studies: string[] = [];
    for (const threads of ["", "1", "3"]) {
      await page.getByLabel("Threads").fill(threads);
      let started = 0;
      const count = () => started++;
      page.on("worker", count);
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByRole("progressbar", { name: "Asking" }).waitFor({ state: "hidden" });
      await page.locator("#releases").waitFor();
      page.off("worker", count);
      // The room's own worker is there from the first time on.
      if (threads !== "") expect(started).toBe(threads === "1" ? 0 : 3);
      if (studies.length === 0) await page.getByText("What these numbers contain").click();
      studies.push(await saved(page, /as JSON/));
    }
    expect(new Set(studies).size).toBe(1);
    expect(JSON.parse(studies[0] as string, rounded)).toEqual(JSON.parse(JSON.stringify(expected), rounded));
  });
});

test("the smallest budget for a wanted exactness is the solver's, and what nobody can have says what to change", async () => {
  await inPage("#/accuracy?sql=SELECT+AVG%28rhr%29+FROM+member_week", async ({ page }) => {
    await page.getByLabel("Wanted ±").fill("1");
    await page.getByRole("button", { name: "Find the budget" }).click();
    await page.getByText(/buys ±/).waitFor();
    await page.getByRole("button", { name: "Use it" }).click();
    await expect.poll(() => new URL(page.url()).hash).toContain("epsilon=");
    await page.getByLabel("Wanted ±").fill("0.0001");
    await page.getByRole("button", { name: "Find the budget" }).click();
    await page.getByText(/no budget gives/).waitFor();
  });
});

test("files of one's own are read here, and the state survives a reload", async () => {
  const days = Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2025, 8, 1 + day)).toISOString().slice(0, 10));
  const lines = Array.from({ length: 60 }, (_, member) =>
    days.map((day, at) => `m${member},${day},${4000 + 100 * member + at}`),
  ).flat();
  const csv = ["member,date,steps", ...lines].join("\n");
  await inPage("#/accuracy?sql=SELECT+AVG%28steps%29+FROM+member_week&runs=10", async ({ page }) => {
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "own.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByText(/60 members, 2,400 days, 2025-09-01 to 2025-10-10: steps/).waitFor();
    await page.getByLabel("Seed").fill("mine");
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator("#releases").waitFor();
    await page.getByText("What these numbers contain").click();
    await page.getByText(/drawn from the 60 members of the data/).waitFor();
    await page.goto(page.url().split("#")[0] ?? "");
    await page.getByRole("link", { name: "Accuracy" }).first().click();
    await expect.poll(() => page.getByLabel("Seed").inputValue()).toBe("mine");
  });
});
