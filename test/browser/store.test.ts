// The device store's contract on the browser's own IndexedDB.
import { afterEach, beforeEach, describe } from "vitest";
import { openDeviceStore } from "../../src/platform/web/index.ts";
import { deviceStoreContract } from "../platform/device-store-contract.ts";

let name = "";
beforeEach(() => {
  name = `contract-${crypto.randomUUID()}`;
});
afterEach(() => {
  indexedDB.deleteDatabase(name);
});

describe("IndexedDB", () => deviceStoreContract(() => openDeviceStore(name)));
