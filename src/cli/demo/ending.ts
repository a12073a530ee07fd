// How the demo ends: the page is written, and each reader is told what to type next.
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fail } from "../../base/errors.ts";
import { privateMode } from "../../platform/node/private.ts";
import { openInBrowser } from "../browser.ts";
import { invocation } from "../invocation.ts";
import type { Terminal } from "../terminal.ts";
import type { DemoDocument, DemoStory } from "./document.ts";
import { demoPage } from "./page/index.ts";

export interface EndingOptions {
  readonly out: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** Finds out before the work whether the page can be written after it. @throws PacelineError invalid_argument */
export function checkWritable(out: string): void {
  const path = resolve(out);
  const existed = existsSync(path);
  try {
    closeSync(openSync(path, "a", privateMode));
  } catch (cause) {
    fail("invalid_argument", `--out: ${path} cannot be written: ${(cause as NodeJS.ErrnoException).code ?? "error"}`, {
      hint: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  }
  if (!existed) rmSync(path);
}

export function finish(
  terminal: Terminal,
  { out, open, json }: EndingOptions,
  document: DemoDocument,
  story: DemoStory,
): void {
  const path = resolve(out);
  writeFileSync(path, demoPage(document, story), { mode: privateMode });
  terminal.heading(`Done in ${document.seconds} s`);
  terminal.line(`  The page with charts, log, ledger and an ε slider: ${path}`);
  if (open === true) openInBrowser(path);
  terminal.line();
  const { demo } = invocation();
  terminal.line(`  App developer:  ${demo} --members 200 --keep   (leaves the services up for examples/embed.mjs)`);
  terminal.line(
    `  Analyst:        ${demo} --members 200 --keep   (and the commands to ask them a question of your own)`,
  );
  terminal.line(`  Researcher:     ${demo} --members 500 --seed another   (how the noise grows)`);
  if (json === true) process.stdout.write(`${JSON.stringify(document)}\n`);
  // A leak is not a success, and a script must notice.
  if (document.canary.hits !== 0) process.exitCode = 70;
}
