// The built page in a real Chromium, served as the command serves it. What breaks the content policy, what throws and what asks
// another host for anything is collected.
import { spawnSync } from "node:child_process";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright";
import { expect } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { pageFiles } from "../../src/cli/playground/files.ts";
import { servePage } from "../../src/cli/playground/playground.ts";

export interface Visit {
  readonly page: Page;
  /** Violations of the policy, errors, requests elsewhere. */
  readonly complaints: readonly string[];
}

interface Wanted {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
}

interface Site {
  readonly url: string;
  readonly browser: Browser;
  readonly server: Server;
}

/** Where the page is built for tests. */
export const FOLDER = ".paceline/playground-test";
let opening: Promise<Site | undefined> | undefined;

/** Undefined where there is no Chromium. */
async function openSite(): Promise<Site | undefined> {
  const executablePath = await findChromium();
  if (executablePath === undefined) {
    process.stderr.write("playground: no Chromium here, the page is not tested\n");
    return undefined;
  }
  const built = spawnSync(process.execPath, ["scripts/playground.mjs", "--out", FOLDER], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the playground does not build: ${built.stderr}`);
  const server = await servePage(pageFiles(FOLDER), 0);
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  return { url, server, browser: await chromium.launch({ executablePath }) };
}

/** Opens a room, works in it, and wants no complaint of the browser. */
export async function inPage(
  address: string,
  work: (visit: Visit) => Promise<void>,
  wanted: Wanted = {},
): Promise<void> {
  opening ??= openSite();
  const site = await opening;
  if (site === undefined) return;
  const { width = 1440, scheme = "light" } = wanted;
  const context = await site.browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (said) => {
      if (said.type() === "error" || said.type() === "warning") complaints.push(said.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(site.url) && !request.url().startsWith("blob:"))
        complaints.push(`asked ${request.url()}`);
    });
    await page.goto(site.url + address);
    await work({ page, complaints });
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

/** What a click saves, as text. */
export async function saved(page: Page, name: RegExp | string): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export async function closeSite(): Promise<void> {
  const site = await opening;
  await site?.browser.close();
  site?.server.closeAllConnections();
  await new Promise((resolve) => (site === undefined ? resolve(undefined) : site.server.close(resolve)));
}
