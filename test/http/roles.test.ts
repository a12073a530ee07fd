// A service that verifies: it is asked for work again and again, and stopping it leaves nothing half done that it could finish.
import { expect, test } from "vitest";
import { working } from "../../src/http/roles.ts";

const listening = { port: 0, stop: async () => undefined, health: async () => new Response() };
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function service(work: () => Promise<boolean>) {
  const log: string[] = [];
  const said = { handedBack: 0, log };
  const running = working(
    listening,
    {
      work,
      async handBack() {
        said.handedBack += 1;
      },
    },
    1,
    (line: string) => void log.push(line),
  );
  return { running, said };
}

test("work that is running is waited for, and none is begun after", async () => {
  let done = 0;
  const { running, said } = service(async () => {
    await pause(60);
    done += 1;
    return true;
  });
  await pause(10);
  await running.stop(5000);
  expect([done, said.handedBack]).toEqual([1, 1]);
  await pause(80);
  expect(done).toBe(1);
});

test("work that takes longer than its grace, or is cut, is handed back", async () => {
  for (const [grace, after] of [
    [30, undefined],
    [60_000, 30],
  ] as const) {
    const { running, said } = service(() => new Promise(() => undefined));
    const cut = new AbortController();
    if (after !== undefined) setTimeout(() => cut.abort(), after);
    const since = performance.now();
    await running.stop(grace, cut.signal);
    expect(performance.now() - since).toBeLessThan(2000);
    expect(said.handedBack).toBe(1);
  }
});

test("a failure is logged and tried again, and no work is asked for again after a while", async () => {
  let calls = 0;
  const { running, said } = service(async () => {
    calls += 1;
    if (calls === 1) throw new Error("no database");
    return calls < 4;
  });
  await pause(700);
  await running.stop(0);
  expect(said.log).toEqual(["verifying: no database"]);
  expect(calls).toBeGreaterThanOrEqual(4);
});
