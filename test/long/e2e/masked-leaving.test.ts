// A member who withdraws or erases everything at any moment of a masked round, and one with two devices or two tabs in it, through the
// services themselves: what the member's log told is what left, and the others finish.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import type { Client, ClientOptions } from "../../../src/client/index.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import type { Transport, TransportRequest } from "../../../src/ports/transport.ts";
import { population } from "../../../src/simulate/index.ts";
import { lowFloors, maskedDraft, registrarUrl } from "../../support/masked.ts";
import { releaseOf, standing } from "../../support/masked-standing.ts";
import { lastDay } from "../../support/questions.ts";

const COUNT = 12;
const people = population({ seed: "masked clients", members: COUNT, lastDay });
const STEPS = 8;
const T0 = 1_770_000_000_000;

/** @param more devices of the first member, after all others */
async function begun(more: readonly Partial<ClientOptions>[] = []) {
  const at = await standing({}, maskedDraft({ cohort: { expected: COUNT, least: 8, most: COUNT } }));
  const sent: TransportRequest[] = [];
  let now = T0;
  const transport: Transport = {
    async send(request) {
      if (request.body !== undefined) sent.push(request);
      return await at.cluster.transport.send(request);
    },
  };
  const platform = { crypto: nodeCrypto, entropy: nodeEntropy, clock: { now: () => now }, transport };
  const registrar = (nth: number) => ({
    ...{ url: registrarUrl, key: toBase64Url(at.services.keys.registrar), floors: lowFloors },
    headers: () => ({ authorization: `Bearer member-${nth}` }),
  });
  const store = memoryDeviceStore();
  const own = { store, platform, registrar: registrar(0) };
  const clients = people.map((member, i) => at.cluster.client(member, i === 0 ? own : { registrar: registrar(i) }));
  for (const change of more)
    clients.push(at.cluster.client(people[0] as (typeof people)[number], { ...own, ...change }));
  for (const client of clients) await client.consent.grant("model-training");
  const pass = (seconds: number) => {
    now += seconds * 1000;
    at.pass(seconds);
  };
  /** One turn of everyone's, and the services'. */
  const turn = async (of: readonly Client[]) => {
    for (const client of of) await client.sync();
    await at.advance();
  };
  const view = () => at.cluster.coordinator.trainings.one(at.run);
  /** To the end: what nobody answers any more is waited for until its time is over. */
  const toEnd = async (of: readonly Client[]) => {
    for (let i = 0; i < 4 * STEPS && (await view()).phase === "running"; i++) {
      const { stage, task } = (await view()).round;
      await turn(of);
      const { phase, round } = await view();
      if (phase !== "running" || round.stage !== stage || round.task !== task) continue;
      pass(stage === "joining" ? 600 : 61);
      await at.advance();
    }
    return await view();
  };
  return {
    at,
    clients,
    first: clients[0] as Client,
    store,
    sent,
    pass,
    turn,
    toEnd,
    setBack: (ms: number) => (now -= ms),
  };
}

const digestOf = (body: Uint8Array) => createHash("sha256").update(body).digest("base64url");
const isVector = ({ url, body }: TransportRequest) => url.endsWith("/messages") && body?.[0] === 7;
const bytesOf = (sent: readonly TransportRequest[]) => sent.map(({ url, body }) => [url, digestOf(body as Uint8Array)]);

/** Every body that left is told once, and nothing else. */
async function expectLog(client: Client, sent: readonly TransportRequest[]) {
  const log = await client.log();
  expect(log.map(({ to, digest }) => [to, digest])).toEqual(bytesOf(sent));
  expect(log.filter(({ rho }) => rho > 0).map(({ digest }) => digest)).toEqual(
    sent.filter(isVector).map(({ body }) => digestOf(body as Uint8Array)),
  );
}

describe("a member who leaves", () => {
  test.each([
    ["withdraws", async (client: Client) => void (await client.withdraw("model-training"))],
    ["erases everything", async (client: Client) => void (await client.eraseAll())],
  ])("and %s at any moment: the log was the traffic, no secret stays, the others finish", async (way, leave) => {
    let [withVector, without] = [0, 0];
    for (let step = 0; step <= STEPS; step++) {
      const { at, clients, first, store, sent, turn, toEnd } = await begun();
      for (let i = 0; i < step; i++) await turn(clients);
      await expectLog(first, sent);
      const [left, members] = [sent.length, (await store.keys("task/")).length];
      await leave(first);
      if (way === "withdraws") await expectLog(first, sent);
      expect([...(await store.keys("masked")), ...(await store.keys("secagg/"))], `after ${step}`).toEqual([]);
      const view = await toEnd(clients.slice(1));
      await first.sync();
      expect(sent.length, `after ${step}`).toBe(left);
      expect(await store.keys("task/")).toHaveLength(members);
      expect(view, `after ${step}`).toMatchObject({ phase: "ended", rounds: [{ number: 1 }], abandoned: [] });
      const { stayed, joined } = (await releaseOf(at, Buffer.from(view.rounds[0]?.task ?? "", "base64url"))).members;
      // Who never asked for a place is in no roster; a vector that left is in the sum.
      const vector = sent.some(isVector);
      expect(joined).toBe(step === 0 ? COUNT - 1 : COUNT);
      expect(stayed).toBeLessThanOrEqual(joined);
      if (vector) withVector++;
      else without++;
    }
    expect(Math.min(withVector, without)).toBeGreaterThan(0);
  });
});

describe("one member twice", () => {
  test("two devices: the registrar gives one place, and the other says nothing and tells why", async () => {
    const { first, clients, sent, toEnd } = await begun([{ store: memoryDeviceStore() }]);
    const other = clients.at(-1) as Client;
    const view = await toEnd(clients);
    expect(view).toMatchObject({ phase: "ended" });
    expect(sent.filter(isVector)).toHaveLength(1);
    const logs = [await first.log(), await other.log()];
    expect(logs.map((log) => log.filter(({ rho }) => rho > 0).length)).toEqual([1, 0]);
    expect(logs.map((log) => log.length)).toEqual([7, 1]);
    expect(await other.ledger()).toEqual([]);
  });

  test("two tabs of one store, at once: one member, one vector, every body told once", async () => {
    const shared = await begun();
    const { at, clients, store, sent, toEnd } = shared;
    const tab = at.cluster.client(people[0] as (typeof people)[number], {
      ...{
        store: { ...store },
        platform: {
          crypto: nodeCrypto,
          entropy: nodeEntropy,
          clock: { now: () => T0 },
          transport: {
            send: async (request) => {
              if (request.body !== undefined) sent.push(request);
              return await at.cluster.transport.send(request);
            },
          },
        },
      },
      registrar: {
        ...{ url: registrarUrl, key: toBase64Url(at.services.keys.registrar), floors: lowFloors },
        headers: () => ({ authorization: "Bearer member-0" }),
      },
    });
    // Both at once, as one device.
    const both = {
      ...tab,
      sync: async () => (await Promise.all([clients[0]?.sync(), tab.sync()])).flatMap((r) => r ?? []),
    };
    expect(await toEnd([both, ...clients.slice(1)])).toMatchObject({ phase: "ended", abandoned: [] });
    expect(new Set(sent.filter(isVector).map(({ body }) => digestOf(body as Uint8Array))).size).toBe(1);
    const log = await tab.log();
    expect(log.map(({ digest }) => digest).sort()).toEqual(sent.map(({ body }) => digestOf(body as Uint8Array)).sort());
    // The same bytes may leave twice; never two of a kind.
    const kinds = new Map(
      sent.map(({ url, body }) => [url.endsWith("/messages") ? body?.[0] : "join", digestOf(body as Uint8Array)]),
    );
    expect(new Set(sent.map(({ body }) => digestOf(body as Uint8Array))).size).toBe(kinds.size);
  });
});

test("a clock that is set back by a day in the middle: the same round goes on, and nothing is said twice", async () => {
  const { first, clients, sent, setBack, turn, toEnd } = await begun();
  for (let i = 0; i < 3; i++) await turn(clients);
  setBack(86_400_000);
  expect(await toEnd(clients)).toMatchObject({ phase: "ended" });
  expect(sent.filter(isVector)).toHaveLength(1);
  const digests = sent.map(({ body }) => digestOf(body as Uint8Array));
  expect(new Set(digests).size).toBe(7);
  expect((await first.log()).map(({ digest }) => digest).sort()).toEqual([...digests].sort());
  expect(new Set((await first.ledger()).map(({ spent }) => spent)).size).toBe(1);
});
