// The composition room: its bounds are those of paceline account, its quarter that of paceline plan.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defaults } from "../../../src/playground/composition/defaults.ts";
import { inProcess } from "../../cli/spawned.ts";
import { closeSite, inPage } from "../../playground/site.ts";

const plan = [
  { name: "a", mechanism: "gaussian", noiseMultiplier: 20, count: 52, every: 1 },
  { name: "b", mechanism: "gaussian", noiseMultiplier: 1, sampling: 0.01, count: 100 },
];
const event = {
  mechanism: "composed",
  parts: [
    { count: "52", event: { mechanism: "gaussian", noiseMultiplier: 20 } },
    {
      count: "100",
      event: { mechanism: "poisson-sampled", probability: 0.01, event: { mechanism: "gaussian", noiseMultiplier: 1 } },
    },
  ],
};

afterAll(closeSite);

test("bounds are those of the command, to the last digit, and the trade-off curve is there", async () => {
  const { out } = await inProcess(["account", JSON.stringify(event), "--delta", "1e-6", "--json"]);
  const { lower, upper } = JSON.parse(out) as { lower: number; upper: number };
  await inPage(`#/composition?${new URLSearchParams({ steps: JSON.stringify(plan) })}`, async ({ page }) => {
    await page.locator("#accounts").waitFor();
    await page.locator("#accounts summary").click();
    const row = page.locator("#accounts tr", { hasText: "Privacy loss (PLD)" });
    const said = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
    expect(await row.locator("td").allInnerTexts()).toEqual([said(upper), said(lower), ""]);
    await page.locator("#burn-down").waitFor();
    await page.locator("#trade-off").waitFor();
  });
});

test("what is no plan is said, with the step that is wrong", async () => {
  await inPage("#/composition", async ({ page }) => {
    await page.getByText("As JSON, or as a table").click();
    await page
      .getByLabel("The plan as JSON")
      .fill('[{"name": "mine", "mechanism": "gaussian", "noiseMultiplier": -1}]');
    await page
      .getByText(/^mine: /)
      .first()
      .waitFor();
    await page.getByLabel("The plan as JSON").fill("[{");
    await page
      .getByText(/is not JSON/)
      .first()
      .waitFor();
  });
});

test("a quarter is that of the command", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "paceline-quarter-")), "quarter.json");
  writeFileSync(file, defaults.wishes);
  const { out } = await inProcess(["plan", file, "--json"]);
  rmSync(dirname(file), { recursive: true });
  const expected = JSON.parse(out) as { drop: string[]; fails: { epoch: string } };
  await inPage("#/composition", async ({ page }) => {
    await page.getByRole("heading", { name: `${expected.fails.epoch} fails first` }).waitFor();
    await page.getByText(`Without ${expected.drop.join(", ")} the rest fits`).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: /as paceline plan --json/ }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(expected);
  });
});
