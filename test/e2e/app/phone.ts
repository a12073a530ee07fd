// The example app in a Chromium of its own, with a profile on disk, before the services of a test.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright";
import type { TestContext } from "vitest";
import { buildApp, serveApp } from "../../../examples/fitness-app/pages.mjs";
import type { ClientOptions } from "../../../src/client/index.ts";
import { testLimits } from "../../support/cluster.ts";
import { newPair, type Pair } from "../../support/processes.ts";
import { type Gate, openGate } from "./gate.ts";

export interface Services {
  readonly pair: Pair;
  readonly gate: Gate;
  /** Options of a client, as the app ships them. */
  readonly pinned: Pick<ClientOptions, "coordinator" | "helper" | "limits" | "schedule">;
}

type Ending = Pick<TestContext, "onTestFinished">;

/** Both services, and a gate before the coordinator that is its address. */
export async function startBehindGate(context: Ending): Promise<Services> {
  const gate = await openGate();
  context.onTestFinished(() => gate.close());
  const pair = await newPair(context, { coordinator: { url: gate.url }, helper: { leaderUrl: gate.url } });
  await Promise.all([pair.start("coordinator"), pair.start("helper")]);
  gate.forwardTo(pair.coordinator.url);
  const { coordinator, helper } = pair.keys;
  return {
    pair,
    gate,
    pinned: {
      coordinator: { url: gate.url, registerKey: coordinator.signingKey },
      helper: { url: pair.helper.url, signingKey: helper.signingKey },
      limits: { ...testLimits, windowAgeDaysMax: 3650 },
      schedule: "at-once",
    },
  };
}

export interface Phone {
  readonly url: string;
  /** The app's own files, as they are served. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly context: BrowserContext;
  /** What the pages' consoles and error events said. */
  readonly said: readonly string[];
  open(view?: string): Promise<Page>;
  /** Closes the browser. @returns every file of its profile, by path */
  profile(): Promise<ReadonlyMap<string, Buffer>>;
}

export interface PhoneOptions {
  readonly width?: number;
  readonly locale?: string;
  readonly colorScheme?: "light" | "dark";
}

/** @param executablePath of a Chromium */
export async function newPhone(
  test: Ending,
  executablePath: string,
  { gate, pinned }: Pick<Services, "gate" | "pinned">,
  { width = 360, locale = "en-GB", colorScheme = "light" }: PhoneOptions = {},
): Promise<Phone> {
  const files = await buildApp(pinned);
  const app = await serveApp(files, { port: 0, services: [gate.url, pinned.helper?.url ?? ""] });
  const folder = mkdtempSync(join(tmpdir(), "paceline-phone-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    viewport: { width, height: 780 },
    locale,
    colorScheme,
  });
  context.setDefaultTimeout(15_000);
  test.onTestFinished(async () => {
    await context.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const said: string[] = [];
  context.on("console", (message) => said.push(message.text()));
  context.on("weberror", (error) => said.push(error.error().message));
  return {
    url: app.url,
    files,
    context,
    said,
    async open(view = "days") {
      const page = await context.newPage();
      await page.goto(`${app.url}#${view}`);
      await page.waitForSelector("body.ready");
      return page;
    },
    async profile() {
      await context.close();
      const files = new Map<string, Buffer>();
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        const path = join(folder, name);
        if (statSync(path, { throwIfNoEntry: false })?.isFile()) files.set(name, readFileSync(path));
      }
      return files;
    },
  };
}

/** Goes to a view as a member does. */
export async function goTo(page: Page, view: "days" | "asked" | "log" | "yours"): Promise<void> {
  await page.locator(`nav a[href="#${view}"]`).click();
  await page.locator(`#${view}`).waitFor();
}

/** Everything that the page's origin keeps, but for the app's own files: keys, texts, and rows as Latin-1. */
export async function storedBytes(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const found: string[] = [
      document.cookie,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
    ];
    const put = (value: unknown) => {
      if (value instanceof Uint8Array) found.push(new TextDecoder("latin1").decode(value));
      else found.push(JSON.stringify(value) ?? String(value));
    };
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const rows = database.transaction(table).objectStore(table);
        put(await asked(rows.getAllKeys()));
        for (const value of await asked(database.transaction(table).objectStore(table).getAll())) put(value);
      }
      database.close();
    }
    return found.join("\n");
  });
}

/** Cache Storage: texts by name of the file. */
export async function cachedTexts(page: Page): Promise<ReadonlyMap<string, string>> {
  const texts = await page.evaluate(async () => {
    const found: [string, string][] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        found.push([new URL(request.url).pathname.slice(1), (await (await cache.match(request))?.text()) ?? ""]);
    }
    return found;
  });
  return new Map(texts);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @returns each broken rule with the first element that breaks it */
export async function brokenRules(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document);
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}
