import { expect, test } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { createReporter } from "../../src/client/report.ts";
import { type CoordinatorOptions, serveCoordinator } from "../../src/coordinator/serve.ts";
import { type HelperOptions, serveHelper } from "../../src/helper/serve.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import type { Entropy, SeededEntropy } from "../../src/ports/entropy.ts";

const seeded: SeededEntropy = { kind: "seeded", bytes: (length) => new Uint8Array(length) };

test("the services' options take no seeded entropy: the compiler says so", () => {
  // @ts-expect-error noise comes from a CSPRNG
  const helper: Pick<HelperOptions, "entropy"> = { entropy: seeded };
  // @ts-expect-error noise comes from a CSPRNG
  const coordinator: Pick<CoordinatorOptions, "entropy"> = { entropy: seeded };
  // @ts-expect-error nor is there a way round it
  const production: Entropy = seeded;
  expect([helper.entropy, coordinator.entropy, production].map(({ kind }) => kind)).toEqual([
    "seeded",
    "seeded",
    "seeded",
  ]);
});

test("nor do they take a noise source or crash points", () => {
  const keys: readonly (keyof HelperOptions | keyof CoordinatorOptions)[] = ["entropy"];
  // @ts-expect-error production composes its own noise
  const noise: keyof HelperOptions = "noise";
  // @ts-expect-error and passes no crash points
  const passing: keyof CoordinatorOptions = "passing";
  expect(keys).not.toContain(noise);
  expect(keys).not.toContain(passing);
});

test("callers without types are refused when they compose a service or a client", async () => {
  const refusal = /reproducible randomness is for simulation and tests/;
  await expect(serveCoordinator({ entropy: seeded } as never)).rejects.toThrow(refusal);
  await expect(serveHelper({ entropy: seeded } as never)).rejects.toThrow(refusal);
  await expect(createReporter({} as never, { crypto: {}, entropy: seeded } as never)).rejects.toThrow(refusal);
  const [url, key] = ["https://service.example", "A".repeat(43)];
  const client = {
    coordinator: { url, registerKey: key },
    helper: { url: "https://helper.example", signingKey: `${key.slice(1)}E` },
    store: memoryDeviceStore(),
    days: () => [],
    profile: () => ({}),
  };
  expect(() => createClient({ ...client, platform: { entropy: seeded } } as never)).toThrow(refusal);
  expect(() => createClient(client as never)).not.toThrow();
});
