// A call's limit is of a processor's time: a busy machine, or a call that waits, is not stopped by the clock before six times as much.
import { afterEach, expect, test } from "vitest";
import { startLimited } from "../../../src/platform/node/index.ts";
import type { Workers } from "../../../src/ports/workers.ts";
import type { functions } from "./pool-worker.ts";

type Functions = typeof functions;
const start = (msMax: number) =>
  startLimited<Functions>(new URL("./pool-worker.ts", import.meta.url), {
    ...{ msMax, startMsMax: 20_000, megabytesMax: 64, callsMax: 3 },
  });

let workers: Workers<Functions> | undefined;
afterEach(() => workers?.close());

test("one that waits for longer than its limit is not stopped, one that computes is", async () => {
  workers = start(600);
  const first = await workers.run((worker) => worker.threadAfter(0));
  const begun = performance.now();
  expect(await workers.run((worker) => worker.threadAfter(1000))).toBe(first);
  expect(performance.now() - begun).toBeGreaterThan(900);
  await expect(workers.run((worker) => worker.spin())).rejects.toMatchObject({
    code: "unavailable",
    message: "it took longer than 600 ms and was stopped",
  });
  expect(await workers.run((worker) => worker.threadAfter(0))).not.toBe(first);
});

test("by the clock it is stopped too, six times as late", async () => {
  workers = start(100);
  await workers.run((worker) => worker.threadAfter(0));
  const begun = performance.now();
  await expect(workers.run((worker) => worker.threadAfter(60_000))).rejects.toMatchObject({ code: "unavailable" });
  expect(performance.now() - begun).toBeGreaterThan(550);
  expect(performance.now() - begun).toBeLessThan(20_000);
});
