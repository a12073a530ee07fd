// What a hostile coordinator costs a device in time and memory: each answer against a fresh process, whose processor time and
// peak of resident memory are the operating system's word. A phone is taken to be four times slower than this machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Case, type Hostile, startHostile } from "../../support/hostile.ts";
import { registerCases } from "../../support/hostile-pages.ts";

const SLOWER = 4;
const CPU_MS_MAX = 2000;
const MEGABYTES_MAX = 32;
const script = fileURLToPath(new URL("hostile-child.ts", import.meta.url));

let hostile: Hostile;
beforeAll(async () => {
  hostile = await startHostile();
});
afterAll(async () => await hostile.close());

interface Cost {
  readonly ended: string;
  readonly cpuMs: number;
  readonly megabytes: number;
}

async function costOf({ answer }: Pick<Case, "answer">, engine: string): Promise<Cost> {
  const good = await hostile.envelope(hostile.manifest({ name: "warm" }));
  hostile.face((request, response) =>
    response.end(request.method === "GET" ? JSON.stringify({ tasks: [good], next: "" }) : ""),
  );
  const child = spawn(
    process.execPath,
    [
      ...["--conditions=paceline-source", "--expose-gc", "--max-semi-space-size=2", "--max-old-space-size=96"],
      ...[script, hostile.url, hostile.registerKey, hostile.helperKey, engine],
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("ready");
  hostile.face(await answer(hostile));
  child.stdin.write("go\n");
  const line = (await lines.next()).value as string | undefined;
  if (child.exitCode === null) await once(child, "exit");
  return JSON.parse(line ?? '{"ended":"no result: out of memory?","cpuMs":1e9,"megabytes":1e9}') as Cost;
}

const calm: Case = {
  name: "nothing new",
  requests: 1,
  answer: () => (_, response) => response.end('{"tasks":[],"next":""}'),
};

describe.each(["web", "noble"])("with %s crypto", (engine) => {
  test.each([calm, ...registerCases].map((each) => [each.name, each] as const))("%s", async (name, each) => {
    const { ended, cpuMs, megabytes } = await costOf(each, engine);
    console.log(
      `${engine} · ${name}: ${ended}, ${cpuMs} ms of CPU, ${megabytes.toFixed(1)} MB, ${hostile.asked.length} requests`,
    );
    expect(cpuMs * SLOWER).toBeLessThan(CPU_MS_MAX);
    expect(megabytes).toBeLessThan(MEGABYTES_MAX);
    expect(hostile.asked.length).toBeLessThanOrEqual(each.requests);
  });
});
