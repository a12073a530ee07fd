// Two ledgers that show each other their heads, in memory: what each of them notices.
import { expect, test } from "vitest";
import { PacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { type Agreement, newAgreement } from "../../src/release/agreement.ts";
import { chainHash, origin } from "../../src/release/chain.ts";
import type { ServiceRows } from "../../src/release/chained.ts";
import { headsDocument, headsFrom, openHead, signHead } from "../../src/release/heads.ts";
import { highWaterOf, readHighWater } from "../../src/release/high-water.ts";
import { memoryDatabase, memoryMark } from "../../src/storage/memory/index.ts";
import { testKeyring } from "../support/cluster.ts";

type Side = Agreement<ServiceRows>;
const keys = { coordinator: testKeyring().signer, helper: testKeyring().signer };
const behind = expect.objectContaining({ code: "ledger_behind" });

function side(role: "coordinator" | "helper", store = memoryDatabase(), mark = memoryMark()) {
  const agreement = newAgreement({ store, crypto: nodeCrypto, signer: keys[role], role, mark });
  return { agreement, store, mark };
}
const leaf = (one: Side, n: number) =>
  one.store.transaction((rows) => rows.putBudget({ epoch: `${n}`, cap: 1n, spent: 0n }));
/** What crosses the wire. */
const shown = async (one: Side) => headsFrom(JSON.parse(JSON.stringify(headsDocument(await one.show()))));
async function meet(a: Side, b: Side) {
  for (let i = 0; i < 2; i++) {
    await b.take(await shown(a));
    await a.take(await shown(b));
  }
}

async function pair() {
  const [coordinator, helper] = [side("coordinator"), side("helper")];
  await coordinator.agreement.open();
  await helper.agreement.open();
  return { coordinator, helper, a: coordinator.agreement, b: helper.agreement };
}

test("before the other side was heard nothing is signed; then both agree, however far each has come", async () => {
  const { a, b } = await pair();
  for (const one of [a, b]) expect(() => one.checkBoth()).toThrow(expect.objectContaining({ code: "unavailable" }));
  for (let n = 0; n < 5; n++) {
    await meet(a, b);
    for (const one of [a, b]) one.checkBoth();
    await leaf(a, n);
    if (n % 2 === 0) await leaf(b, n);
  }
  expect([a.trouble(), b.trouble()]).toEqual([undefined, undefined]);
});

test("an older head is told to be one by who holds a newer, until the newer comes again", async () => {
  const { a, b } = await pair();
  const old = await shown(a);
  await leaf(a, 1);
  await meet(a, b);
  await b.take(old);
  expect(() => b.checkBoth()).toThrow(behind);
  // It is the other's trouble.
  b.checkOwn();
  await meet(a, b);
  b.checkBoth();
});

test("a ledger that went another way from where it was is found by both, also at the same length", async () => {
  const { a, b } = await pair();
  await leaf(a, 1);
  await meet(a, b);
  for (const length of [1, 3]) {
    const other = side("coordinator").agreement;
    await other.open();
    for (let n = 0; n < length; n++) await leaf(other, 70 + n);
    await b.take(await shown(other));
    // A longer one is not kept before it says what it extends.
    const code = length === 1 ? "ledger_behind" : "unavailable";
    expect(() => b.checkBoth()).toThrow(expect.objectContaining({ code }));
    await other.take(await shown(b));
    expect(() => other.checkOwn()).toThrow(behind);
  }
});

test("events that are edited with their chain computed anew do not fit the mark", async () => {
  const { coordinator, a } = await pair();
  await leaf(a, 1);
  const rewritten = memoryDatabase();
  await rewritten.transaction(async (rows) => {
    let before = origin.hash;
    const entries = await coordinator.store.read(async (from) => {
      const pages = [];
      for await (const page of from.chain(10)) pages.push(...page);
      return pages;
    });
    for (const entry of entries) {
      const next = { ...entry, body: entry.body.replace('"cap":"1"', '"cap":"1000"') };
      before = await chainHash(nodeCrypto, before, next);
      await rows.addChainEntry({ ...next, hash: before });
    }
    await rows.putBudget({ epoch: "1", cap: 1000n, spent: 0n });
  });
  const edited = side("coordinator", rewritten, coordinator.mark).agreement;
  await edited.open();
  expect(() => edited.checkOwn()).toThrow(behind);
  expect(() => edited.checkOwn()).toThrow(/mark beside the database/);
});

test("a ledger of the other role or under another key does not open", async () => {
  const { coordinator } = await pair();
  await expect(side("helper", coordinator.store, coordinator.mark).agreement.open()).rejects.toMatchObject({
    code: "invalid_data",
    message: expect.stringContaining("of a coordinator"),
  });
  const { store, mark } = coordinator;
  const signer = testKeyring().signer;
  const stranger = newAgreement({ store, crypto: nodeCrypto, signer, role: "coordinator", mark });
  await expect(stranger.open()).rejects.toMatchObject({ message: expect.stringContaining("other keys") });
});

test("a damaged mark is said to be one, and not taken for none", async () => {
  const { coordinator } = await pair();
  for (const content of ["", "{}", "null", '{"format":"paceline-ledger-mark-1"}']) {
    await coordinator.mark.replace(new TextEncoder().encode(content));
    await expect(side("coordinator", coordinator.store, coordinator.mark).agreement.open()).rejects.toMatchObject({
      code: "invalid_data",
      message: expect.stringContaining("damaged"),
    });
  }
});

test("a head counts under its signer's key, as its role's, whole", async () => {
  const head = { role: "helper" as const, sequence: 7, hash: new Uint8Array(32).fill(7), after: origin, seen: origin };
  const signed = await signHead(keys.helper, head);
  const key = keys.helper.publicKey;
  expect(await openHead(nodeCrypto, key, "helper", signed)).toEqual(head);
  const failing = [
    openHead(nodeCrypto, keys.coordinator.publicKey, "helper", signed),
    openHead(nodeCrypto, key, "coordinator", signed),
    ...Array.from(signed.head, (byte, at) => {
      const flipped = signed.head.with(at, byte ^ 1);
      return openHead(nodeCrypto, key, "helper", { ...signed, head: flipped });
    }),
  ];
  for (const one of failing) await expect(one).rejects.toMatchObject({ code: "verification_failed" });
});

test("the other side's key is kept from the first time; nobody else's head is taken after, nor a forged own one", async () => {
  const { a, b } = await pair();
  await meet(a, b);
  const stranger = testKeyring().signer;
  const head = { role: "coordinator" as const, sequence: 900, hash: new Uint8Array(32), after: origin, seen: origin };
  const own = await signHead(stranger, head);
  await expect(b.take({ key: stranger.publicKey, own, held: null })).rejects.toMatchObject({
    code: "verification_failed",
  });
  const forged = await signHead(stranger, { ...head, role: "helper" });
  await expect(b.take({ ...(await shown(a)), held: forged })).rejects.toMatchObject({ code: "verification_failed" });
  b.checkBoth();
});

test("what is committed when the mark cannot be written is told to nobody until it is written", async () => {
  const kept = memoryMark();
  let full = false;
  const mark = {
    ...kept,
    async replace(content: Uint8Array) {
      if (full) throw new PacelineError("storage_full", "no room");
      await kept.replace(content);
    },
  };
  const { agreement, store } = side("helper", memoryDatabase(), mark);
  await agreement.open();
  full = true;
  const noRoom = { code: "storage_full" };
  await expect(leaf(agreement, 1)).rejects.toMatchObject(noRoom);
  // It is in the database, and asking again changes nothing there: neither is that answered.
  expect(await store.read((rows) => rows.budget("1"))).toBeDefined();
  await expect(agreement.store.read((rows) => rows.budget("1"))).rejects.toMatchObject(noRoom);
  await expect(agreement.store.transaction((rows) => rows.budget("1"))).rejects.toMatchObject(noRoom);
  await expect(agreement.check()).rejects.toMatchObject(noRoom);
  full = false;
  await agreement.check();
  expect(await agreement.store.read((rows) => rows.budget("1"))).toBeDefined();
  const marked = await readHighWater(mark);
  expect(marked?.sequence).toBe((await store.read(highWaterOf)).sequence);
});
