import { type ChildProcess, execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { newLog } from "../../../src/platform/node/log.ts";
import { logEvents } from "../../../src/ports/service-log.ts";

function recorded(now: () => number) {
  const lines: string[] = [];
  const state = { broken: false };
  const write = (text: string) => {
    if (state.broken) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    lines.push(text.replace(/^\S+ /, "").trim());
  };
  return { log: newLog({ now, write }), lines, state };
}

describe("the log", () => {
  test("says a fault that repeats a thousand times in a few lines, and how many it left out", () => {
    let at = 0;
    const { log, lines } = recorded(() => at);
    for (let i = 0; i < 1000; i++) log(`full ${i}`, "work.failed");
    expect(lines).toHaveLength(20);
    at += 3000;
    log("later", "work.failed");
    expect(lines.slice(20)).toEqual(["(980 lines left out)", "later"]);
    log("too soon", "work.failed");
    expect(lines).toHaveLength(22);
    at += 3_600_000;
    for (let i = 0; i < 30; i++) log("again", "work.failed");
    expect(lines).toHaveLength(22 + 1 + 20);
  });

  test("with fields, a line is one JSON object of these and no others, whatever stands in it", () => {
    const lines: string[] = [];
    let broken = false;
    const write = (text: string) => {
      if (broken) throw new Error("no space");
      lines.push(text);
    };
    const log = newLog({ now: () => 0, write, fields: { service: "paceline-helper", version: "1.2.3" } });
    log('a "quoted" word\nand a stack\u2028 {"message":"forged"}', "request.failed", { code: "internal" });
    broken = true;
    log("gone", "work.failed");
    broken = false;
    log("back", "work.failed");
    for (const line of lines) expect(line.split("\n")).toEqual([expect.anything(), ""]);
    const fixed = { time: expect.stringMatching(/^\d{4}-.*Z$/), service: "paceline-helper", version: "1.2.3" };
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        ...fixed,
        event: "request.failed",
        code: "internal",
        message: 'a "quoted" word\nand a stack\u2028 {"message":"forged"}',
      },
      { ...fixed, event: "work.failed", message: "back", lost: 1 },
    ]);
  });

  test("never throws; counts what was lost, and goes on when it can be written again", () => {
    const { log, lines, state } = recorded(() => 0);
    log("one", "work.failed");
    state.broken = true;
    log("two", "work.failed");
    log("three", "work.failed");
    expect([lines, log.lost()]).toEqual([["one"], 2]);
    state.broken = false;
    log("four", "work.failed");
    expect([lines, log.lost()]).toEqual([["one", "(2 lines lost) four"], 0]);
    state.broken = true;
    log("five", "work.failed");
    expect(log.lost()).toBe(1);
    // Whoever asks for it makes it try again: a service with nothing else to say gets well too.
    state.broken = false;
    expect([log.lost(), lines.at(-1)]).toEqual([0, "(1 lines lost) the log can be written again"]);
  });
});

const module = fileURLToPath(new URL("../../../src/platform/node/log.ts", import.meta.url));
const script = `
  const { newLog } = await import(${JSON.stringify(module)});
  const log = newLog();
  for (let i = 0; i < 5; i++) log("line " + i, "work.failed");
  await new Promise((resolve) => setTimeout(resolve, 50));
  log("last", "work.failed");
  process.stdout.write("lost " + log.lost());
`;
const node = [process.execPath, "--conditions=paceline-source", "--input-type=module", "-e", script];
const outcomeOf = (file: string, args: readonly string[], started: (child: ChildProcess) => void = () => undefined) =>
  new Promise<string>((resolve) => {
    started(execFile(file, args, (error, stdout) => resolve(error === null ? stdout : `exit ${error.code}`)));
  });

describe.skipIf(process.platform !== "linux")("a real process", () => {
  test("goes on when standard error is on a full disk", async () => {
    expect(await outcomeOf("sh", ["-c", '"$0" "$@" 2>/dev/full', ...node])).toBe("lost 6");
  });

  test("goes on when nobody reads standard error any more", async () => {
    const [file, ...args] = node as [string, ...string[]];
    expect(await outcomeOf(file, args, (child) => child.stderr?.destroy())).toBe("lost 6");
  });
});

test("every name of an event is in the page for operators, and no other", () => {
  const page = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
  const told = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)`/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual([...logEvents].sort());
});
