// A service answers while it collects a large batch on SQLite.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runDelay } from "../../../bench/harness.ts";
import type { Says } from "./answering.ts";

const COUNT = 200_000;
const program = fileURLToPath(new URL("./answering.ts", import.meta.url));

/** Over a connection of its own: one that is kept is closed when it was idle for seconds, which a commit may take where many want the disk. */
const asked = (port: number) =>
  new Promise<[number | undefined, string]>((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/healthz", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.once("end", () => resolve([response.statusCode, text]));
    });
    request.once("error", reject);
  });

// Without what either stood in line for a processor: nineteen of twenty within a tenth of a second, none of them seconds. In one turn,
// as it once was, one asking would wait for all of it.
test("/healthz is answered while 200,000 reports are added up and forgotten", { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-answering-"));
  const child = fork(program, [folder, String(COUNT)], { execArgv: ["--conditions=paceline-source"] });
  onTestFinished(async () => {
    if (child.connected) {
      child.disconnect();
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true });
  });
  const [{ port }] = (await once(child, "message")) as [{ readonly port: number }];
  let written = false;
  let over: Says | undefined;
  child.on("message", (said: Says) => {
    if (said === "written") written = true;
    else over = said;
  });
  /** Milliseconds for which either waited for a processor that others had. */
  const stoodInLine = () => 1000 * (runDelay("self") + runDelay(child.pid as number));
  const ask = async () => {
    const [began, inLine] = [performance.now(), stoodInLine()];
    expect(await asked(port)).toEqual([200, '{"ok":true}']);
    return Math.max(0, performance.now() - began - (stoodInLine() - inLine));
  };
  await ask();
  const began = performance.now();
  child.send("collect");
  const took = { collecting: [] as number[], committing: [] as number[] };
  while (over === undefined) {
    const ms = await ask();
    (written ? took.committing : took.collecting).push(ms);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const seconds = (performance.now() - began) / 1000;
  expect(over).toEqual({ collected: COUNT, alike: 1 });
  const ordered = took.collecting.toSorted((a, b) => a - b);
  const most = ordered.at(-1) as number;
  const usual = ordered[Math.floor(0.95 * ordered.length)] as number;
  console.log(
    `${seconds.toFixed(1)} s; ${ordered.length} askings, 95 of 100 within ${usual.toFixed(0)} ms, all within ${most.toFixed(0)}; ` +
      `while it was committed ${Math.max(0, ...took.committing).toFixed(0)} ms`,
  );
  expect(ordered.length).toBeGreaterThan(20);
  expect(usual).toBeLessThan(100);
  expect(most).toBeLessThan(1000);
});
