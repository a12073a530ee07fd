// The services that an app tests against: what a client of the shipped kind tells them, and how it fares with each of their moods.
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { type Behaviour, fakeServices, type TestQuestion } from "../../src/testing/index.ts";

const question: TestQuestion = { metric: "rhr", edges: [35, 60, 70, 110] };

async function asked(own: Partial<TestQuestion> = {}, more: object = {}) {
  const services = await fakeServices();
  const { task } = await services.ask({ ...question, ...own });
  const yesterday = services.today() - 1;
  const days = [0, 1, 2].map((back) => ({ day: yesterday - back, values: { rhr: 62 } }));
  const client = createClient({ ...services.options(), days: () => days, ...more });
  return { services, task, client };
}

describe("a member's answer", () => {
  test("is the range that their days lie in; nothing is sent before consent", async () => {
    const { services, task, client } = await asked();
    expect([await client.sync(), services.requests]).toEqual([[], []]);
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent", task, isNull: false }]);
    expect(services.contributions()).toEqual([
      { task, report: expect.stringMatching(/^[\w-]{22}$/), isNull: false, range: [60, 70], group: undefined },
    ]);
    expect(await client.sync()).toEqual([]);
    expect(services.contributions(task)).toHaveLength(1);
    expect(services.contributions("another")).toEqual([]);
  });

  test.each([
    [{ ageBand: "35-44" }, { isNull: false, range: [60, 70], group: "35-44" }],
    [{ ageBand: "25-34" }, { isNull: false, range: [60, 70], group: "25-34" }],
    [{ ageBand: "55-64" }, { isNull: true, range: undefined, group: undefined }],
    [{}, { isNull: true, range: undefined, group: undefined }],
  ] as const)("split by age, of a profile %j", async (profile, told) => {
    const splitBy = { attribute: "ageBand", values: ["25-34", "35-44"] } as const;
    const { services, client } = await asked({ splitBy }, { profile: () => profile });
    await client.consent.grant("service-improvement");
    await client.sync();
    expect(services.contributions()).toMatchObject([told]);
  });

  test("of too few days is empty, and of both ends of the range is told apart", async () => {
    const few = await asked({ daysMin: 4 });
    await few.client.consent.grant("service-improvement");
    await few.client.sync();
    expect(few.services.contributions()).toMatchObject([{ isNull: true }]);
    const services = await fakeServices({ at: new Date("2024-02-29T00:00:00Z") });
    await services.ask(question);
    for (const rhr of [36, 100]) {
      const days = [{ day: services.today() - 1, values: { rhr } }];
      const client = createClient({ ...services.options(), days: () => days });
      await client.consent.grant("service-improvement");
      await client.sync();
    }
    expect(services.contributions().map(({ range }) => range)).toEqual([
      [35, 60],
      [70, 110],
    ]);
  });

  test("of two devices of one member counts once", async () => {
    const memberSecret = new Uint8Array(32).fill(9);
    const { services, client } = await asked({ unit: "member" }, { memberSecret });
    const other = createClient({ ...services.options(), days: () => [], memberSecret });
    for (const one of [client, other]) await one.consent.grant("service-improvement");
    await client.sync();
    await other.sync();
    services.clock.advance({ hours: 23 });
    await other.sync();
    expect(services.contributions()).toHaveLength(1);
  });

  test("is refused by the device where the question costs too much, or is for a purpose without consent", async () => {
    for (const own of [{ epsilon: "3" }, { minBatch: 5 }, { unit: "member" }] as const) {
      const { services, client } = await asked(own);
      await client.consent.grant("service-improvement");
      expect(await client.sync()).toMatchObject([{ outcome: "refused" }]);
      expect(services.contributions()).toEqual([]);
    }
    const { services, client } = await asked({ purpose: "research" });
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "refused", code: "consent_missing" }]);
    expect(services.contributions()).toEqual([]);
  });
});

describe("services that are", () => {
  test.each<[string, Behaviour]>([
    ["offline", "offline"],
    ["failing", { failing: 503 }],
  ])("%s take nothing, and everything later", async (_, behaviour) => {
    const { services, client } = await asked();
    await client.consent.grant("service-improvement");
    services.behave(behaviour);
    await expect(client.sync()).rejects.toMatchObject({ code: "unavailable" });
    services.behave("well");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    expect(services.contributions()).toHaveLength(1);
  });

  test("limiting are left alone for as long as they say", async () => {
    const { services, client } = await asked();
    await client.consent.grant("service-improvement");
    services.behave({ limited: 120 });
    await client.sync().catch(() => undefined);
    services.behave("well");
    const [held] = await client.sync();
    expect([held?.outcome, services.requests.length]).toEqual(["held", 1]);
    const wait = (held as { until: number }).until - services.clock.now();
    // A little longer than was said, so that not everyone comes back at once.
    expect([wait >= 120_000, wait <= 150_000]).toEqual([true, true]);
    services.clock.advance({ minutes: 1 });
    expect(await client.sync()).toMatchObject([{ outcome: "held" }]);
    services.clock.advance({ ms: wait });
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });

  test("hanging answer nothing until they change", async () => {
    const { services, client } = await asked();
    await client.consent.grant("service-improvement");
    services.behave("hanging");
    const syncing = client.sync();
    let ended = false;
    const end = () => {
      ended = true;
    };
    syncing.then(end, end);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe(false);
    services.behave("well");
    await expect(syncing).rejects.toMatchObject({ code: "unavailable" });
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });

  test("refusing a report end it; the log tells", async () => {
    const { services, client } = await asked();
    await client.consent.grant("service-improvement");
    services.behave({ refusing: "task_expired" });
    expect(await client.sync()).toMatchObject([{ outcome: "rejected", why: "task_expired" }]);
    services.behave("well");
    expect([await client.sync(), services.contributions()]).toEqual([[], []]);
    expect(await client.log()).toHaveLength(1);
  });

  test("past a question's end show it no more, and take no report that waited", async () => {
    const { services, client } = await asked();
    await client.consent.grant("service-improvement");
    services.clock.advance({ days: 1 });
    expect([await client.sync(), services.contributions()]).toEqual([[], []]);
    expect((await services.ask(question, 1)).manifest.upload.closes).toBe(services.clock.now() / 1000 + 3600);
  });
});

describe("what is tested is what ships", () => {
  test("a forged report is refused: its proof is checked", async () => {
    const { services, client } = await asked();
    await client.consent.grant("service-improvement");
    await client.sync();
    const { transport } = services.options().platform as {
      transport: { send(r: object): Promise<{ body: Uint8Array }> };
    };
    const upload = services.requests.at(-1) as { body: Uint8Array };
    for (const at of [0, 60, upload.body.length - 1]) {
      const body = upload.body.map((byte, i) => (i === at ? byte ^ 1 : byte));
      expect((await transport.send({ ...upload, body })).body.length).toBeGreaterThan(0);
    }
    expect(services.contributions()).toHaveLength(1);
  });

  test("a client takes no randomness that repeats, from here either", async () => {
    const { services } = await asked();
    const entropy = { kind: "seeded", bytes: (length: number) => new Uint8Array(length) };
    const options = services.options();
    const platform = { ...options.platform, entropy } as never;
    expect(() => createClient({ ...options, platform })).toThrow("reproducible randomness");
  });

  test("questions that no device could be asked are refused as they are asked", async () => {
    const services = await fakeServices();
    for (const wrong of [
      { metric: "rhrr" },
      { edges: [60] },
      { edges: [70, 60] },
      { edges: [0, 1000] },
      { epsilon: "much" },
      { epsilon: "0" },
      { days: 0 },
      { splitBy: { attribute: "ageBand", values: ["35-44", "35-44"] } },
    ])
      await expect(services.ask({ ...question, ...(wrong as object) })).rejects.toMatchObject({
        name: "PacelineError",
      });
    await expect(fakeServices({ at: "never" })).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
