// One sync at a time over all pages and workers of an origin, by the browser's own Web Locks.
import { expect, onTestFinished, test, vi } from "vitest";
import { createClient, openDeviceStore } from "../../src/client/index.ts";
import type { Transport } from "../../src/ports/transport.ts";

const key = (fill: string) => `${fill.repeat(42)}A`;

test("a sync waits for another page's, and goes on when that page dies", async () => {
  const name = `locks-${crypto.randomUUID()}`;
  const store = await openDeviceStore(name);
  onTestFinished(async () => {
    await store.close();
    indexedDB.deleteDatabase(name);
  });
  const send = vi.fn<Transport["send"]>(async () => ({
    status: 200,
    headers: {},
    body: new TextEncoder().encode('{"tasks":[],"next":""}'),
  }));
  const client = createClient({
    coordinator: { url: "https://coordinator.test", registerKey: key("A") },
    helper: { url: "https://helper.test", signingKey: key("B") },
    store,
    platform: { transport: { send }, globalPrivacyControl: () => false },
  });
  await client.consent.grant("research");
  const other = document.createElement("iframe");
  document.body.append(other);
  const locks = (other.contentWindow as Window).navigator.locks;
  await new Promise<void>((held) => {
    // Until its page is gone.
    void locks.request(`paceline sync ${name}`, () => new Promise((_) => held())).catch(() => undefined);
  });
  const syncing = client.sync();
  await vi.waitFor(async () =>
    expect((await navigator.locks.query()).pending?.map((one) => one.name)).toContain(`paceline sync ${name}`),
  );
  expect(send).not.toHaveBeenCalled();
  other.remove();
  expect(await syncing).toEqual([]);
  expect(send).toHaveBeenCalledTimes(1);
});
