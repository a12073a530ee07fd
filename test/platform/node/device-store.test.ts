import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDeviceStore } from "../../../src/platform/node/device-store.ts";
import { deviceStoreContract } from "../device-store-contract.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-device-"));
  path = join(folder, "device");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("contract", () => deviceStoreContract(async () => openDeviceStore(path)));

async function filled(): Promise<Buffer> {
  const store = openDeviceStore(path);
  await store.transaction({
    put: [
      ["ledger/1", Uint8Array.of(1, 2, 3)],
      ["queue/1", new Uint8Array(40)],
    ],
    delete: [],
  });
  await store.close();
  return readFileSync(path);
}

test("every truncation is refused and left alone, never read as less", async () => {
  const whole = await filled();
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    expect(() => openDeviceStore(path)).toThrow(expect.objectContaining({ code: "invalid_data" }));
    expect(readFileSync(path)).toEqual(whole.subarray(0, length));
  }
  writeFileSync(path, whole);
  expect(await openDeviceStore(path).get("ledger/1")).toEqual(Uint8Array.of(1, 2, 3));
});

test("every changed byte is refused, and so is one too many", async () => {
  const whole = await filled();
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 1;
    writeFileSync(path, changed);
    expect(() => openDeviceStore(path)).toThrow(expect.objectContaining({ code: "invalid_data" }));
  }
  writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]));
  expect(() => openDeviceStore(path)).toThrow(expect.objectContaining({ code: "invalid_data" }));
});

test("a Buffer put into the store may be written over", async () => {
  const store = openDeviceStore(path);
  const value = Buffer.from([1, 2, 3]);
  await store.transaction({ put: [["a", value]], delete: [] });
  value.fill(9);
  expect(await store.get("a")).toEqual(Uint8Array.of(1, 2, 3));
  await store.close();
});

test("the file is the owner's alone, and nothing is left beside it", async () => {
  const store = openDeviceStore(path);
  await store.transaction({ put: [["a", Uint8Array.of(1)]], delete: [] });
  expect(readdirSync(folder).sort()).toEqual(["device", "device.lock"]);
  await store.close();
  expect(readdirSync(folder)).toEqual(["device"]);
});

test("open twice, or after closing, is a conflict", async () => {
  const store = openDeviceStore(path);
  expect(() => openDeviceStore(path)).toThrow(expect.objectContaining({ code: "conflict" }));
  await store.close();
  await expect(store.get("a")).rejects.toMatchObject({ code: "conflict" });
  await expect(store.transaction({ put: [], delete: [] })).rejects.toMatchObject({ code: "conflict" });
  const again = openDeviceStore(path);
  await store.close();
  expect(existsSync(`${path}.lock`)).toBe(true);
  await again.close();
});

test("a lock that was removed or taken over stops the writer that lost it", async () => {
  const store = openDeviceStore(path);
  await store.transaction({ put: [["a", Uint8Array.of(1)]], delete: [] });
  const before = readFileSync(path);
  for (const meddle of [() => writeFileSync(`${path}.lock`, "1 another"), () => rmSync(`${path}.lock`)]) {
    meddle();
    await expect(store.transaction({ put: [["a", Uint8Array.of(2)]], delete: [] })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(readFileSync(path)).toEqual(before);
  }
  await store.close();
});

test("the lock of a process that is no more is taken over, and its leftovers removed", async () => {
  writeFileSync(`${path}.lock`, "2147483647 00000000-0000-4000-8000-000000000000");
  writeFileSync(`${path}.00000000-0000-4000-8000-000000000000.tmp`, "half");
  writeFileSync(`${path}.notes.tmp`, "not ours");
  const store = openDeviceStore(path);
  await store.transaction({ put: [["a", Uint8Array.of(1)]], delete: [] });
  await store.close();
  expect(readdirSync(folder).sort()).toEqual(["device", "device.notes.tmp"]);
});

test("killed at any moment: each transaction is there whole or not at all, and all acknowledged ones are", async () => {
  const entry = new URL("./device-store-writer.ts", import.meta.url);
  let last = 0;
  for (let life = 0; life < 6; life++) {
    const child = fork(entry, [path], { execArgv: ["--conditions=paceline-source"] });
    let acknowledged = last;
    const enough = last + 3 + 5 * life;
    child.on("message", (count: number) => {
      acknowledged = count;
      if (count >= enough) child.kill("SIGKILL");
    });
    // another process has it open
    await once(child, "message");
    expect(() => openDeviceStore(path)).toThrow(expect.objectContaining({ code: "conflict" }));
    await once(child, "exit");
    const store = openDeviceStore(path);
    const values = await Promise.all(["a", "b"].map((key) => store.get(key)));
    const [a, b] = values.map((value) => Number(Buffer.from(value ?? []).toString()));
    expect(a).toBe(b);
    expect(a).toBeGreaterThanOrEqual(acknowledged);
    last = a as number;
    await store.close();
    expect(readdirSync(folder)).toEqual(["device"]);
  }
});
