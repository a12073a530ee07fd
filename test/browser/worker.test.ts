// Files read by a worker of the browser's: the same result as on the page's thread, and on it where there is no worker.
import { expect, onTestFinished, test, vi } from "vitest";
import { type Client, type ClientOptions, createClient } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { appleExport } from "../support/apple-export.ts";

const key = (fill: string) => fill.repeat(42) + "A".slice(0, 1);

function newClient(worker?: ClientOptions["worker"]): Client {
  return createClient({
    coordinator: { url: "https://coordinator.test", registerKey: key("A") },
    helper: { url: "https://helper.test", signingKey: key("B") },
    store: memoryDeviceStore(),
    ...(worker && { worker }),
  });
}

/** Starts the real one, and counts. */
function counted() {
  const started: Worker[] = [];
  onTestFinished(() => {
    for (const one of started) one.terminate();
  });
  const start = () => {
    const worker = new Worker(new URL("../../workers/device.ts", import.meta.url), { type: "module" });
    started.push(worker);
    return worker;
  };
  return { start, started };
}

const file = new File(appleExport({ days: 40, entriesPerDay: 30 }), "export.xml");

test("a file is read by the worker, with its progress, and gives what it gives on the page's thread", async () => {
  const { start, started } = counted();
  const [there, here] = [newClient(start), newClient()];
  const seen: number[] = [];
  const result = await there.import(file, { onProgress: (bytes) => seen.push(bytes) });
  expect(result).toEqual(await here.import(file));
  expect(result.days).toBe(40);
  expect(await there.days()).toEqual(await here.days());
  expect(await there.export("csv")).toBe(await here.export("csv"));
  expect(seen.at(-1)).toBeGreaterThanOrEqual(file.size);
  expect(started).toHaveLength(1);
  // One thread serves what comes soon after.
  await there.import(file);
  expect(started).toHaveLength(1);
});

test("what cannot be read is refused in the same words", async () => {
  const scan = new File(["%PDF-1.7 and more"], "scan.pdf");
  const errors = [];
  for (const client of [newClient(counted().start), newClient()])
    errors.push(await client.import(scan).catch(({ code, message, hint }) => ({ code, message, hint })));
  expect(errors[0]).toEqual(errors[1]);
  expect(errors[0]).toMatchObject({ code: "invalid_data", message: expect.stringContaining("scan.pdf") });
});

test.each([
  ["whose script is not there", () => new Worker("/nothing-is-here.js", { type: "module" })],
  ["that throws when it is made", () => new Worker("ftp://x")],
])("a worker %s leaves the work to the page", async (_, start) => {
  const client = newClient(start);
  expect((await client.import(file)).days).toBe(40);
});

test("a worker whose script is another one is waited for a while, and then the page does its work", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const client = newClient(() => new Worker(URL.createObjectURL(new Blob([""]))));
  const importing = client.import(file);
  await vi.waitUntil(() => vi.getTimerCount() > 0);
  await vi.advanceTimersByTimeAsync(15_000);
  expect((await importing).days).toBe(40);
});

test("what is no worker is a mistake of the app's", async () => {
  await expect(newClient(() => ({}) as Worker).import(file)).rejects.toMatchObject({ code: "invalid_argument" });
});

test("an import that is called off ends its thread and keeps nothing; another that ran there is done all the same", async () => {
  const { start, started } = counted();
  const client = newClient(start);
  const other = newClient(start);
  const stop = new AbortController();
  const large = new File(appleExport({ days: 400, entriesPerDay: 60 }), "export.xml");
  const called = client.import(large, { signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) });
  const finished = other.import(file);
  await expect(called).rejects.toThrow("enough");
  expect((await finished).days).toBe(40);
  expect([await client.days(), started.length]).toEqual([[], 1]);
  await expect(client.import(file, { signal: stop.signal })).rejects.toThrow("enough");
});
