import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { transfer } from "comlink";
import { afterEach, expect, test } from "vitest";
import { startPool } from "../../../src/platform/node/workers.ts";
import type { Workers } from "../../../src/ports/workers.ts";
import type { functions } from "./pool-worker.ts";

type Functions = typeof functions;
const entry = new URL("./pool-worker.ts", import.meta.url);

let pool: Workers<Functions> | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

test("runs functions in threads of their own, on all of them, and transfers bytes", async () => {
  pool = startPool<Functions>(entry, 2);
  const threads = await Promise.all(
    Array.from({ length: 6 }, () => pool?.run((worker) => worker.threadAfter(30)) as Promise<number>),
  );
  expect(new Set(threads).size).toBe(2);
  expect(threads).not.toContain(0);
  const bytes = new Uint8Array(1000).fill(1);
  expect(await pool.run((worker) => worker.sum(transfer(bytes, [bytes.buffer])))).toBe(1000);
  expect(bytes.length).toBe(0);
});

test("a free worker is used before another is started", async () => {
  pool = startPool<Functions>(entry, 2);
  const threads = new Set<number>();
  for (let i = 0; i < 4; i++) threads.add(await pool.run((worker) => worker.threadAfter(0)));
  expect(threads.size).toBe(1);
});

test("an error comes back with its code and hint", async () => {
  pool = startPool<Functions>(entry, 1);
  await expect(pool.run((worker) => worker.refuse())).rejects.toMatchObject({
    name: "PacelineError",
    code: "verification_failed",
    message: "the proof is wrong",
    hint: "drop the report",
  });
  await expect(pool.run((worker) => worker.break())).rejects.toMatchObject({
    code: "internal",
    message: "TypeError: no such thing",
  });
  await expect(
    pool.run(() => {
      throw new RangeError("here");
    }),
  ).rejects.toThrow(RangeError);
  expect(await pool.run((worker) => worker.sum(Uint8Array.of(1, 2)))).toBe(3);
});

test("a worker that dies fails its calls and is replaced", async () => {
  pool = startPool<Functions>(entry, 1);
  const waiting = pool.run((worker) => worker.threadAfter(60_000));
  const dying = pool.run((worker) => worker.die());
  await expect(dying).rejects.toMatchObject({ code: "unavailable", message: expect.stringContaining("exit code 3") });
  await expect(waiting).rejects.toMatchObject({ code: "unavailable" });
  expect(await pool.run((worker) => worker.sum(Uint8Array.of(4)))).toBe(4);
});

test("a worker that cannot start says why", async () => {
  const broken = startPool<Functions>(new URL("./no-such-worker.ts", import.meta.url), 1);
  await expect(broken.run((worker) => worker.threadAfter(0))).rejects.toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("no-such-worker"),
  });
});

test("closing fails what still runs and what comes later", async () => {
  pool = startPool<Functions>(entry, 1);
  const running = pool.run((worker) => worker.threadAfter(60_000));
  const failed = expect(running).rejects.toMatchObject({ code: "unavailable" });
  await pool.close();
  await failed;
  await expect(pool.run((worker) => worker.threadAfter(0))).rejects.toMatchObject({ code: "unavailable" });
});

test.each([0, -1, 1.5, Number.NaN])("a pool of %d is refused", (size) => {
  expect(() => startPool(entry, size)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});

test("a busy worker keeps the process alive, an idle one does not", () => {
  const script = fileURLToPath(new URL("./pool-user.ts", import.meta.url));
  const run = spawnSync(process.execPath, ["--conditions=paceline-source", script], { timeout: 20_000 });
  expect(run.stderr.toString()).toBe("");
  expect(run.stdout.toString()).toBe("6\n");
  expect(run.status).toBe(0);
});
