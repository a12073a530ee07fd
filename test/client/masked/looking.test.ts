// What a member can see of a masked round before anything of their days leaves: its notice, and a dry run of it.
import { describe, expect, test } from "vitest";
import { fromUtf8 } from "../../../src/base/bytes.ts";
import type { Client, DryRun } from "../../../src/client/index.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import type { TransportResponse } from "../../../src/ports/transport.ts";
import { population } from "../../../src/simulate/index.ts";
import { testLimits } from "../../support/cluster.ts";
import { consenting, newMaskedCohort, syncAll } from "../../support/masked-cohort.ts";
import { lastDay } from "../../support/questions.ts";

const people = population({ seed: "masked", members: 9, lastDay });
const member = people[0] as (typeof people)[number];

/** One device that draws a moment of its own, and others that join at once. */
async function waiting() {
  const cohort = await newMaskedCohort();
  const store = memoryDeviceStore();
  const clients = await consenting(cohort, people, (i) => (i === 0 ? { store, schedule: "spread" } : {}));
  const [first] = clients as [Client];
  expect(await first.sync()).toMatchObject([{ outcome: "waiting" }]);
  return { cohort, store, clients, first };
}

const noBodies = (sent: readonly { readonly body?: Uint8Array | undefined }[]) =>
  sent.every(({ body }) => body === undefined);

describe("a masked round that waits", () => {
  test("is told and shown until its vector is made, and the dry run is what leaves", async () => {
    const { cohort, store, clients, first } = await waiting();
    const [notice] = await first.notices();
    expect(notice).toMatchObject({ task: cohort.task, purpose: "model-training", closesAt: cohort.joiningCloses });
    expect([await first.notices("de"), first.snapshot().waiting]).toEqual([[expect.anything()], 1]);
    const [rows, sent] = [await store.keys(""), cohort.traffic.length];
    const dry = await first.dryRun(cohort.task);
    expect([dry.masked?.joined, dry.masked?.members, dry.nullBecause]).toEqual([false, { least: 8, most: 16 }, null]);
    // The model's, which everybody asks for; nothing of it is charged.
    expect(noBodies(cohort.traffic.slice(sent))).toBe(true);
    const kept = (await store.keys("")).filter((key) => !/^(imported|model\/|reads\/)/.test(key));
    expect([kept, await first.ledger()]).toEqual([rows.filter((key) => !key.startsWith("reads/")), []]);

    cohort.pass(((notice?.answersAt ?? 0) - cohort.at()) / 1000);
    await syncAll(clients);
    const own = cohort.traffic.findIndex(
      ({ url, body }, i) => i >= sent && body !== undefined && url.includes("/v1/rounds/"),
    );
    const join = cohort.traffic[own];
    expect([join?.method, join?.url, join?.headers, join?.body?.length]).toEqual([
      ...[dry.method, dry.url, dry.headers, dry.body.length],
    ]);
    const known = await first.dryRun(cohort.task);
    expect([known.masked?.joined, fromUtf8(known.body)]).toEqual([true, fromUtf8(join?.body ?? new Uint8Array(0))]);
    const [joined] = await first.notices();
    expect(joined).toMatchObject({ answersAt: cohort.joiningCloses, closesAt: cohort.ends });

    cohort.pass((cohort.joiningCloses - cohort.at()) / 1000);
    const key = (JSON.parse(fromUtf8(known.body)) as { readonly key: string }).key;
    const seen: DryRun[] = [];
    for (let i = 0; i < 8; i++) {
      await syncAll(clients);
      const told = (await first.notices()).length;
      const now = await first.dryRun(cohort.task).catch(() => undefined);
      if (now !== undefined) seen.push(now);
      expect(told).toBe(now !== undefined && !now.masked?.stages[3]?.made ? 1 : 0);
    }
    const bodies = cohort.traffic.filter(({ url }) => url.includes(`/${key}/messages`)).map(({ body }) => body);
    expect(bodies.length).toBe(6);
    const stages = dry.masked?.stages ?? [];
    expect(stages.map(({ stage }) => stage)).toEqual(cohort.stages);
    for (const [i, { bytes, made, body, unknown }] of stages.entries()) {
      const { length = 0 } = bodies[i] ?? {};
      expect(length).toBeGreaterThanOrEqual(bytes.least);
      expect(length).toBeLessThanOrEqual(bytes.most);
      expect(bytes.least === bytes.most).toBe(i !== 2 && i !== 5);
      expect([made, body, typeof unknown]).toEqual([false, null, "string"]);
    }
    // What was made is shown, byte for byte, as it left.
    for (const { masked } of seen)
      for (const [i, { body, url }] of (masked?.stages ?? []).entries()) {
        if (body !== null) expect(Buffer.from(body).equals(bodies[i] as Uint8Array)).toBe(true);
        expect(url.endsWith(`/${key}/messages`)).toBe(true);
      }
    expect(
      new Set(seen.flatMap(({ masked }) => masked?.stages.filter(({ body }) => body).map(({ stage }) => stage) ?? []))
        .size,
    ).toBeGreaterThanOrEqual(4);
    expect(seen.at(-1)?.masked?.members).toEqual({ least: 9, most: 9 });
    const line = (await first.log()).find(({ rho }) => rho > 0);
    expect([stages[3]?.what, dry.rho]).toEqual([line?.what, line?.rho]);
    expect(cohort.coordinator()?.stage).toBe("done");
  });

  test("is told no more once the member said no, its time is over, or the coordinator shows it no more", async () => {
    const no = await waiting();
    await no.first.withdraw("model-training");
    expect([await no.first.notices(), await no.store.keys("pending-masked")]).toEqual([[], []]);
    await expect(no.first.dryRun(no.cohort.task)).rejects.toMatchObject({ code: "not_found" });

    const late = await waiting();
    late.cohort.pass(3600);
    expect(await late.first.notices()).toEqual([]);
    await late.first.sync();
    expect([late.first.snapshot().waiting, await late.store.keys("pending-masked")]).toEqual([0, []]);

    const { cohort, store } = await waiting();
    const gone: TransportResponse = { status: 200, headers: {}, body: Buffer.from('{"rounds":[]}') };
    const failing = { shows: false };
    const transport = {
      send: async (request: Parameters<typeof cohort.transport.send>[0]) => {
        if (!request.url.endsWith("/v1/masked")) return await cohort.transport.send(request);
        return failing.shows ? { ...gone, status: 503 } : gone;
      },
    };
    const client = cohort.client(member, 0, { store, schedule: "spread", platform: { ...cohort.platform, transport } });
    failing.shows = true;
    await client.sync();
    expect(await client.notices()).toHaveLength(1);
    failing.shows = false;
    await client.sync();
    expect([await client.notices(), await store.keys("pending-masked")]).toEqual([[], []]);
  });

  test("is told no more where the app pins no registrar any more and its time is over", async () => {
    const { cohort, store } = await waiting();
    const without = cohort.client(member, 0, { store, schedule: "spread", registrar: undefined } as never);
    await without.sync();
    expect(await store.keys("pending-masked")).toHaveLength(1);
    cohort.pass(10 * 86_400);
    await without.sync();
    expect([without.snapshot().waiting, await store.keys("pending-masked")]).toEqual([0, []]);
  });

  test.each(["withdraws", "erases"])("does not come back for a member who %s while a sync waits", async (does) => {
    const { cohort, store } = await waiting();
    const change = { store, schedule: "spread" as const };
    const other = cohort.client(member, 0, change);
    let waits = true;
    const transport = {
      send: async (request: Parameters<typeof cohort.transport.send>[0]) => {
        const answer = await cohort.transport.send(request);
        if (waits && request.url.endsWith("/v1/masked")) {
          waits = false;
          await (does === "erases" ? other.eraseAll() : other.withdraw("model-training"));
        }
        return answer;
      },
    };
    await cohort.client(member, 0, { ...change, platform: { ...cohort.platform, transport } }).sync();
    expect([waits, await store.keys("pending-masked")]).toEqual([false, []]);
    expect(await other.notices()).toEqual([]);
  });

  test("is told on where a sync did not come to look at it", async () => {
    const { cohort, store } = await waiting();
    const many = Buffer.from(JSON.stringify({ rounds: Array.from({ length: 17 }, () => ({})) }));
    const transport = {
      send: async (request: Parameters<typeof cohort.transport.send>[0]) =>
        request.url.endsWith("/v1/masked")
          ? { status: 200, headers: {}, body: many }
          : await cohort.transport.send(request),
    };
    const client = cohort.client(member, 0, { store, schedule: "spread", platform: { ...cohort.platform, transport } });
    await client.sync();
    expect(await client.notices()).toHaveLength(1);
  });

  test("of a member at its limit costs nothing and says so; other terms are refused as a sync refuses them", async () => {
    const { cohort, store } = await waiting();
    const change = { store, schedule: "spread" as const };
    const full = cohort.client(member, 0, { ...change, limits: { ...testLimits, rhoPerEpoch: 0.01 } });
    expect(await full.dryRun(cohort.task)).toMatchObject({ rho: 0, nullBecause: expect.stringContaining("own limit") });
    const empty = cohort.client(member, 0, { ...change, days: () => [] });
    const dry = await empty.dryRun(cohort.task);
    expect([dry.rho > 0, dry.nullBecause]).toEqual([true, expect.any(String)]);
    expect(dry.masked?.stages[3]?.what).toContain("nothing about you");
    const strict = cohort.client(member, 0, { ...change, limits: { ...testLimits, minBatchFloor: 50 } });
    await expect(strict.dryRun(cohort.task)).rejects.toMatchObject({ code: "manifest_refused" });
    const without = cohort.client(member, 0, { ...change, registrar: undefined } as never);
    await expect(without.dryRun(cohort.task)).rejects.toMatchObject({ code: "not_found" });
    expect(await without.notices()).toEqual([]);
    expect(noBodies(cohort.traffic)).toBe(true);
  });
});
