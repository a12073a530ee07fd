// What anybody but the device could see of a report, and what the device does to make one, for members whose days say something and
// for those whose days do not: the same requests in the same order, the same bytes' worth, the same work in numbers. How long the
// work takes is measured by test/long/client/cpu.test.ts.
import { describe, expect, test } from "vitest";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { Crypto } from "../../src/ports/crypto.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import type { Member } from "../../src/records/types.ts";
import { newCluster } from "../support/cluster.ts";
import { lastDay, smallQuestion, steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device } from "./harness.ts";

/** Every call of the platform that a sync makes, with the lengths of what it was given. */
function traced() {
  const calls: string[] = [];
  const lengthOf = (value: unknown) => (value instanceof Uint8Array ? value.length : typeof value);
  const crypto = Object.fromEntries(
    Object.entries(nodeCrypto)
      .filter(([, work]) => typeof work === "function")
      .map(([name, work]) => [
        name,
        (...given: unknown[]) => {
          calls.push(`${name} ${given.map(lengthOf).join()}`);
          return (work as (...args: unknown[]) => unknown)(...given);
        },
      ]),
  ) as unknown as Crypto;
  const entropy = {
    kind: "csprng" as const,
    bytes: (length: number) => {
      calls.push(`entropy ${length}`);
      return nodeEntropy.bytes(length);
    },
  };
  const inner = memoryDeviceStore();
  const store: DeviceStore = {
    ...inner,
    get(key) {
      calls.push(`get ${key}`);
      return inner.get(key);
    },
    transaction(changes) {
      calls.push(
        `change ${changes.put
          .map(([key]) => key)
          .sort()
          .join()} ${changes.delete.join()}`,
      );
      return inner.transaction(changes);
    },
  };
  return { calls, crypto, entropy, store };
}

const member = steadyMember(62);
const only = (values: Readonly<Record<string, number>>): Member => ({ ...member, days: [{ day: lastDay, values }] });

const silent: readonly (readonly [string, Member])[] = [
  ["a value that nobody can have", { ...member, days: member.days.map((one) => ({ ...one, values: { rhr: 500 } })) }],
  ["none of this metric", only({ sleep: 431 })],
  ["too few days", only({ rhr: 62 })],
  ["another group", { ...member, profile: { ageBand: "65+" } }],
  ["no group", { ...member, profile: {} }],
];

describe.each(silent)("%s", (_, who) => {
  test("leaves no trace in requests, bytes, store or work", async () => {
    const cluster = newCluster();
    await newRound(cluster, { ...smallQuestion, daysMin: 3, groupBy: [{ attribute: "ageBand", values: ["25-34"] }] });
    const seen = [];
    // The first of all fills what this process keeps for every report.
    for (const one of [member, member, who]) {
      const { calls, crypto, entropy, store } = traced();
      const base = device(cluster, one);
      const { client } = device(cluster, one, {
        store,
        platform: { crypto, entropy, clock: base.clock, transport: base.wire },
      });
      await client.consent.grant("service-improvement");
      calls.length = 0;
      const results = await client.sync();
      expect(results).toMatchObject([{ outcome: "sent", isNull: one !== member }]);
      const requests = base.wire.sent.map(({ method, url, headers, body }) => [method, url, headers, body?.length]);
      seen.push({ calls, requests });
    }
    seen.shift();
    expect(seen[0]?.requests.filter(([method]) => method === "POST")).toHaveLength(1);
    expect(seen[0]?.calls.length).toBeGreaterThan(20);
    expect(seen[1]).toEqual(seen[0]);
  });
});
