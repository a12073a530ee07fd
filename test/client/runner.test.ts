// Syncing by itself: when, how often, and that it ends.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { settingsOf } from "../../src/client/page.ts";
import { startRunner } from "../../src/client/runner.ts";
import { entry, keys } from "../../src/client/state.ts";
import type { SyncResult } from "../../src/client/sync.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";

const HOUR = 3_600_000;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const key = (byte: number) => toBase64Url(new Uint8Array(32).fill(byte));

function running(outcome: () => readonly SyncResult[]) {
  const store = memoryDeviceStore();
  const settings = settingsOf({
    coordinator: { url: "https://a.test", registerKey: key(1) },
    helper: { url: "https://b.test", signingKey: key(2) },
    store,
    platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: { now: () => Date.now() } },
  });
  const at: number[] = [];
  const start = () =>
    startRunner(settings, async () => {
      at.push(Date.now());
      return outcome();
    });
  return { store, at, start };
}

test("a few times a day, at times that nobody can foretell; and not after it was ended", async () => {
  const { at, start } = running(() => []);
  const stop = start();
  await vi.advanceTimersByTimeAsync(72 * HOUR);
  const gaps = at.slice(1).map((time, i) => time - (at[i] as number));
  expect(gaps.length).toBeGreaterThanOrEqual(9);
  for (const gap of gaps) {
    expect(gap).toBeGreaterThanOrEqual(4.5 * HOUR);
    expect(gap).toBeLessThanOrEqual(7.5 * HOUR);
  }
  expect(new Set(gaps).size).toBeGreaterThan(1);
  stop();
  const before = at.length;
  await vi.advanceTimersByTimeAsync(48 * HOUR);
  expect(at.length).toBe(before);
});

test("when a question's moment comes", async () => {
  const { store, at, start } = running(() => []);
  const due = Math.floor(Date.now() / 1000) + 1800;
  await store.transaction({ put: [entry(keys.pending("t"), { due })], delete: [] });
  const stop = start();
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(at.map((time) => time - (at[0] as number))).toEqual([0, expect.closeTo(1_800_000, -4)]);
  stop();
});

test("after a failure soon, after each further one later, and never more seldom than without", async () => {
  const { at, start } = running(() => {
    throw new PacelineError("unavailable", "no answer");
  });
  const stop = start();
  await vi.advanceTimersByTimeAsync(72 * HOUR);
  const gaps = at.slice(1).map((time, i) => time - (at[i] as number));
  expect(gaps[0]).toBeLessThan(4 * 60_000);
  expect(gaps[5]).toBeGreaterThan(40 * 60_000);
  expect(Math.max(...gaps)).toBeLessThan(8 * HOUR);
  stop();
});

test("as long as it is held back it waits; a report that could not leave is tried again soon, then later and later", async () => {
  let result: readonly SyncResult[] = [{ outcome: "held", why: "quiet hours", until: Date.now() + HOUR }];
  const { at, start } = running(() => result);
  const stop = start();
  await vi.advanceTimersByTimeAsync(HOUR + 1000);
  expect(at).toHaveLength(2);
  result = [{ outcome: "queued", task: "t", name: "n", isNull: false }];
  await vi.advanceTimersByTimeAsync(8 * HOUR);
  const first = at.findIndex((time) => time > (at[1] as number));
  const gaps = at.slice(first).map((time, i, all) => time - (all[i - 1] ?? time));
  expect(gaps[1]).toBeLessThan(4 * 60_000);
  expect(gaps[3]).toBeGreaterThan(gaps[1] as number);
  stop();
});

test("a page that was offline, hidden or goes: syncs then; a service worker is asked to wake after a failure", async () => {
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const asked: string[] = [];
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  vi.stubGlobal("document", document);
  vi.stubGlobal("navigator", {
    serviceWorker: {
      ready: Promise.resolve({
        sync: { register: async (tag: string) => void asked.push(`once ${tag}`) },
        periodicSync: { register: async (tag: string) => void asked.push(`often ${tag}`) },
      }),
    },
  });
  let fails = false;
  const { at, start } = running(() => {
    if (fails) throw new PacelineError("unavailable", "no answer");
    return [];
  });
  const stop = start();
  await vi.advanceTimersByTimeAsync(1);
  for (const event of ["online", "pagehide"]) page.dispatchEvent(new Event(event));
  await vi.advanceTimersByTimeAsync(1);
  expect(at).toHaveLength(3);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(1);
  expect(at).toHaveLength(3);
  vi.setSystemTime(Date.now() + 2 * HOUR);
  document.dispatchEvent(new Event("visibilitychange"));
  fails = true;
  await vi.advanceTimersByTimeAsync(1);
  expect(at).toHaveLength(4);
  page.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1100);
  expect(asked).toContain("once paceline");
  expect(asked).toContain("often paceline");
  stop();
  page.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1);
  expect(at.length).toBeLessThanOrEqual(6);
});
