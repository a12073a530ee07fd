// The device store on SQLite: the contract, two processes' worth of connections, and what is left in the file.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { openSqliteDeviceStore } from "../../../src/platform/node/sqlite-device-store.ts";
import { deviceStoreContract } from "../device-store-contract.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-device-"));
  path = join(folder, "device.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("contract", () => deviceStoreContract(async () => openSqliteDeviceStore(path)));

test("two connections share it, and one sees that the other was first", async () => {
  const [one, other] = [openSqliteDeviceStore(path), openSqliteDeviceStore(path)];
  const spend = { put: [["spent", utf8("1")]], delete: [], expect: [["spent", undefined]] } as const;
  await one.transaction(spend);
  await expect(other.transaction(spend)).rejects.toMatchObject({ code: "conflict" });
  expect(await other.get("spent")).toEqual(utf8("1"));
  await one.close();
  await other.close();
});

test("is its owner's alone, and what was deleted is not left in the file", async () => {
  const store = openSqliteDeviceStore(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await store.transaction({ put: [["a", utf8("a canary in the mine")]], delete: [] });
  expect(readFileSync(path).includes("canary")).toBe(true);
  await store.transaction({ put: [], delete: ["a"] });
  await store.close();
  expect(readFileSync(path).includes("canary")).toBe(false);
  chmodSync(path, 0o644);
  expect(() => openSqliteDeviceStore(path)).toThrow(expect.objectContaining({ code: "policy_refused" }));
});

test("another file is refused and left alone", () => {
  const junk = utf8("not a database, but longer than the head that SQLite looks at first".repeat(20));
  writeFileSync(path, junk, { mode: 0o600 });
  expect(() => openSqliteDeviceStore(path)).toThrow(expect.objectContaining({ code: "invalid_data" }));
  expect(new Uint8Array(readFileSync(path))).toEqual(junk);
});
