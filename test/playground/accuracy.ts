// The accuracy room: prices are the planner's own. test/long/playground holds its simulations against the command line.
import { describe, expect, test } from "vitest";
import { explainQuestion, operatorCatalogue, planQuestion, readRequest } from "../../src/query/index.ts";
import { studySetting } from "../../src/simulate/index.ts";
import { inPage } from "./site.ts";

const noOperator = { definitions: [], lists: {} };

export function accuracyChapter(): void {
  describe("accuracy", () => {
    test("a question's price and exactness are the planner's own", async () => {
      const sql = "SELECT AVG(rhr) FROM member_week GROUP BY ageBand";
      const { setting } = studySetting(noOperator);
      const catalogue = operatorCatalogue(setting.operator);
      const { question } = readRequest({ sql, epsilon: "0.5" }, catalogue, setting.defaults);
      const { cost, predicted } = explainQuestion(question, planQuestion(question, catalogue), [2000]);
      const said = (value: number, digits: number) =>
        value.toLocaleString("en-US", { maximumSignificantDigits: digits });
      await inPage(`#/accuracy?${new URLSearchParams({ sql, epsilon: "0.5", members: "2000" })}`, async ({ page }) => {
        const facts = page.locator(".facts");
        await facts.waitFor();
        const text = (await facts.innerText()).replaceAll(/\s+/g, " ");
        expect(text).toContain("ε = 0.5");
        expect(text).toContain(`ρ = ${said(Number(cost.rho), 3)}`);
        expect(text).toContain(`± ${said(predicted[0]?.widths95[0]?.halfWidth ?? Number.NaN, 2)}`);
      });
    });

    test("what is wrong in a question is shown at its word, and names are offered", async () => {
      await inPage("#/accuracy", async ({ page }) => {
        const field = page.getByRole("textbox", { name: "Question" });
        await page.locator(".facts").waitFor();
        await field.fill("SELECT AVG(rrh) FROM member_week");
        await page.getByText(/did you mean rhr/).waitFor();
        await page.getByRole("button", { name: "Go to it" }).click();
        expect(
          await field.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd)),
        ).toBe("rrh");
        await field.fill("SELECT MEDIAN(sl");
        await page
          .getByRole("option", { name: /^sleep / })
          .first()
          .waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        expect(await field.inputValue()).toBe("SELECT MEDIAN(sleep");
      });
    });
  });
}
