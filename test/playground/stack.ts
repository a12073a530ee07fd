// The room of the whole stack: every party in one page, by the code that the services and devices run.
import { describe, expect, test } from "vitest";
import { inPage } from "./site.ts";

const attacks = [
  ["Flip a bit", "hpke_decrypt_error"],
  ["Replay", "report_replayed"],
  ["Over-ask", "the helper's ledger"],
  ["Swap a key", "manifest_refused"],
  ["Restore an old ledger", "the helper holds entry"],
] as const;

export function stackChapter(): void {
  describe("the whole stack", () => {
    test("a question goes the whole way, its messages open field by field, and who cheats is refused, unless both do", async () => {
      await inPage("#/stack?phones=60", async ({ page }) => {
        await page.locator("#released").waitFor();
        const messages = page.getByRole("region", { name: "Messages" });
        expect(await messages.locator("summary").count()).toBe(7);
        await messages.locator("ol > li", { hasText: "A report, one of 60" }).locator("summary").click();
        // Two ciphertexts, a public share and an id: nothing of it is in the clear.
        expect(await messages.locator("details[open] dt").count()).toBe(7);
        for (const [name, said] of attacks) {
          await page.getByRole("button", { name }).click();
          const verdict = page.locator(".attacks li", { hasText: name }).locator(".held");
          await verdict.waitFor();
          expect(await verdict.innerText()).toContain(said);
        }
        await page.getByRole("button", { name: "Collude" }).click();
        await page.locator(".attacks .lost", { hasText: "is open: number" }).waitFor();
      });
    });
  });
}
