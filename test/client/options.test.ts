import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { createClient } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { urls } from "../support/cluster.ts";

const key = "A".repeat(43);
const coordinator = { url: urls.coordinator, registerKey: key };
const helperKey = "B".repeat(42).concat("A");
const helper = { url: urls.helper, signingKey: helperKey };
const options = { coordinator, helper, store: memoryDeviceStore(), days: () => [], profile: () => ({}) };

function refusal(given: unknown): { readonly code: string; readonly message: string } {
  try {
    createClient(given as never);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("was taken");
}

const accountSecret = Uint8Array.from({ length: 32 }, (_, i) => i);

test("what is right is taken", () => {
  expect(() => createClient(options)).not.toThrow();
  const local = {
    coordinator: { url: "http://localhost", registerKey: key },
    helper: { url: "http://127.0.0.1:8080", signingKey: helperKey },
  };
  const more = { ...local, memberSecret: accountSecret, schedule: "at-once", limits: { rhoPerTask: 1 } } as const;
  expect(() => createClient({ ...options, ...more })).not.toThrow();
  expect(() => createClient({ ...options, memberSecret: toBase64Url(accountSecret) })).not.toThrow();
});

const secret = { memberSecret: "AAAA" };
describe("what is wrong is named", () => {
  test.each<[string, unknown]>([
    ["options must be an object", undefined],
    ["options must be an object", []],
    ["coordinator is missing", {}],
    ["helper is missing", { coordinator }],
    ["store is missing", { ...options, store: undefined }],
    ["store.get must be a function", { ...options, store: {} }],
    ["store.get must be a function", { ...options, store: Promise.resolve(memoryDeviceStore()) }],
    ["days must be a function", { ...options, days: [] }],
    ["store is missing", { ...options, store: undefined }],
    ["profile must be a function", { ...options, profile: {} }],
    ["cordinator is no option; did you mean coordinator?", { ...options, cordinator: coordinator }],
    [
      "coordinator.registerkey is no option; did you mean registerKey?",
      { ...options, coordinator: { ...coordinator, registerkey: key } },
    ],
    ["coordinator.url is missing", { ...options, coordinator: { registerKey: key } }],
    ["helper must be an object", { ...options, helper: "https://helper.test" }],
    [
      "coordinator.registerKey must be a 32-byte Ed25519 key in base64url",
      { ...options, coordinator: { ...coordinator, registerKey: "AAAA" } },
    ],
    [
      "helper.signingKey must be a 32-byte Ed25519 key in base64url",
      { ...options, helper: { ...helper, signingKey: "%%%" } },
    ],
    [
      "helper.signingKey must be a 32-byte Ed25519 key in base64url",
      { ...options, helper: { ...helper, signingKey: 7 } },
    ],
    ["memberSecret must be 32 bytes", { ...options, ...secret }],
    ["memberSecret must be 32 bytes", { ...options, memberSecret: new Uint8Array(31) }],
    ["memberSecret must be 32 bytes", { ...options, memberSecret: 7 }],
    ["memberSecret must be random", { ...options, memberSecret: new Uint8Array(32) }],
    ["memberSecret must be random", { ...options, memberSecret: key }],
    ["coordinator.url and helper.url are the same", { ...options, helper: { ...helper, url: urls.coordinator } }],
    ["registerKey and helper.signingKey are the same", { ...options, helper: { ...helper, signingKey: key } }],
    ["schedule must be one of spread, at-once", { ...options, schedule: "later" }],
    ["limits.rhoPerTask must be a ρ", { ...options, limits: { rhoPerTask: 0 } }],
    ["limits.rhoPerTask must be a ρ", { ...options, limits: { rhoPerTask: "1" } }],
    ["limits.rhoPerEpoch must be a ρ", { ...options, limits: { rhoPerEpoch: Number.NaN } }],
    ["limits.rhoPerYear must be a ρ", { ...options, limits: { rhoPerYear: Number.POSITIVE_INFINITY } }],
    ["limits.minBatchFloor must be a whole number", { ...options, limits: { minBatchFloor: 0 } }],
    ["limits.windowAgeDaysMax must be a whole number", { ...options, limits: { windowAgeDaysMax: 1.5 } }],
    ["limits.rhoPerWeek is no option", { ...options, limits: { rhoPerWeek: 1 } }],
    ["platform.clocks is no option; did you mean clock?", { ...options, platform: { clocks: 1 } }],
  ])("%s", (message, given) => {
    expect(refusal(given)).toMatchObject({ code: "invalid_argument", message: expect.stringContaining(message) });
  });

  test.each([
    ["http://x", "must be an https address"],
    ["http://localhost:1@evil.com", "must not carry a name"],
    ["http://localhost.evil.test", "must be an https address"],
    ["ftp://x", "must be an https address"],
    ["https://y.test/", "must be written as https://y.test"],
    ["https://y.test/a?b", "must not carry a query"],
    ["nonsense", "must be an https address"],
    [7, "must be an https address"],
  ])("the address %s", (url, why) => {
    for (const [name, wrong] of [
      ["coordinator.url", { coordinator: { url, registerKey: key } }],
      ["helper.url", { helper: { url, signingKey: helperKey } }],
    ] as const)
      expect(refusal({ ...options, ...wrong })).toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining(`${name} ${why}`),
      });
  });
});
