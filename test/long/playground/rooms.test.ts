// Each room's main path in Chromium, and how every room looks on a wide, light page.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright";
import { afterAll, expect, test } from "vitest";
import { pageFiles } from "../../../src/cli/playground/files.ts";
import { accuracyChapter } from "../../playground/accuracy.ts";
import { attacksChapter } from "../../playground/attacks.ts";
import { compositionChapter } from "../../playground/composition.ts";
import { everyRoom } from "../../playground/looks.ts";
import { museumChapter } from "../../playground/museum.ts";
import { closeSite, FOLDER, inPage } from "../../playground/site.ts";
import { trainingChapter } from "../../playground/training.ts";

afterAll(closeSite);

test("no rule of axe is broken in any room on a wide page, and nothing is wider than it", async () => {
  await everyRoom({ width: 1440, scheme: "light", whole: true });
});

test("nor is any in rooms with what came of them, on a dark phone; and every room works with the network cut", async () => {
  await everyRoom({ width: 360, scheme: "dark", whole: true, cut: true });
});

test("from any static host, in a folder of it and without a header, the page's own policy holds and nothing breaks it", async () => {
  await inPage("", async ({ page }) => {
    const files = pageFiles(FOLDER);
    const host = createServer(({ url = "" }, response) => {
      const file = files.get(/^\/some\/where\/([^?]*)/.exec(url)?.[1] || "index.html");
      response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.type ?? "text/plain" });
      response.end(file?.bytes);
    });
    await new Promise<void>((resolve) => host.listen(0, "localhost", resolve));
    const other = await (page.context().browser() as Browser).newPage();
    const complaints: string[] = [];
    other.on("pageerror", ({ message }) => complaints.push(message));
    other.on("console", (said) => complaints.push(said.text()));
    try {
      await other.goto(`http://localhost:${(host.address() as AddressInfo).port}/some/where/#/stack`);
      await other.locator("#released").waitFor();
      expect(complaints).toEqual([]);
      await other.evaluate(() => document.head.append(Object.assign(document.createElement("script"), { text: "1" })));
      expect(complaints.join()).toContain("Content Security Policy");
    } finally {
      await other.close();
      host.closeAllConnections();
      await new Promise((resolve) => host.close(resolve));
    }
  });
});

test("a room that is left computes no more, what a link cannot hold is said, and a room that there is not is named", async () => {
  await inPage("#/attacks?runs=60000&answers=128", async ({ page }) => {
    await page.getByText(/Attacking: \d+ %/).waitFor();
    await page.locator("html[data-whole]").waitFor({ state: "attached" });
    expect(page.workers().length).toBeGreaterThan(0);
    await page.getByRole("link", { name: "Paceline playground" }).click();
    await expect.poll(() => page.workers().length).toBe(0);
    await page.goto(`${page.url().split("#")[0]}#/nowhere`);
    await page.getByText("There is no room called “nowhere”.").waitFor();
    await page.goto(`${page.url().split("#")[0]}#/composition`);
    await page.locator("#accounts").waitFor();
    await page.getByText("As JSON, or as a table").click();
    const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `q${i}`, mechanism: "laplace", scale: 50 }));
    await page.getByLabel("The plan as JSON").fill(JSON.stringify(many));
    await page.getByText(/1 to 40 steps, not 10000/).waitFor();
    await page.getByText("What is shown is of before.").first().waitFor();
    expect(page.url().length).toBeLessThan(60_000);
  });
});

test("a field that holds no number of members is refused, not taken for another", async () => {
  for (const members of ["0", "x", "2.5"])
    await inPage(`#/accuracy?members=${members}&runs=10`, async ({ page }) => {
      await page.getByText(/members: a whole number from 1/).waitFor();
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByText(/members must be a whole number/).waitFor();
    });
});

accuracyChapter();
compositionChapter();
attacksChapter();
museumChapter();
trainingChapter();
