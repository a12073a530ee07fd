import { beforeEach, describe } from "vitest";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { deviceStoreContract } from "../platform/device-store-contract.ts";

import { aggregateContract } from "./aggregate-contract.ts";
import { issuerContract } from "./issuer-contract.ts";
import { maskedContract } from "./masked-contract.ts";
import { quotaContract } from "./quota-contract.ts";
import { releaseContract } from "./release-contract.ts";
import { transactionContract } from "./transaction-contract.ts";

const open = async () => memoryDatabase();

aggregateContract(open);
issuerContract(open);
maskedContract(open);
quotaContract(open);
releaseContract(open);
transactionContract(open);

describe("the tests' device store", () => {
  // "One and the same store" within a test: in memory, that is one that outlives its closing.
  let store = memoryDeviceStore();
  beforeEach(() => {
    store = memoryDeviceStore();
  });
  deviceStoreContract(async () => store);
});
