import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Store } from "../../src/ports/store.ts";
import { checkLedger, debit, releaseDebit, spentByEpoch } from "../../src/release/ledger.ts";
import { reserve } from "../../src/release/reserve.ts";
import type { ReleaseRows } from "../../src/release/store.ts";
import { ledgerDocument } from "../../src/release/view.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";

const caps = (epoch: bigint) => ({ whose: "helper" as const, epoch, year: epoch });

const task = (n: number) => new Uint8Array(32).fill(n);
const charge = (n: number, rho: bigint, epochs: readonly string[]) => ({
  task: task(n),
  rho,
  epochs,
  mechanism: `{"n":${n}}`,
});
const spentOf = (store: Store<ReleaseRows>) =>
  store.transaction(async (rows) => new Map((await rows.budgets()).map(({ epoch, spent }) => [epoch, spent])));

describe("a debit", () => {
  test("takes every epoch or none", async () => {
    const store = memoryDatabase();
    await store.transaction((rows) => debit(rows, charge(1, 60n, ["b"]), caps(100n), 0));
    const both = store.transaction((rows) => debit(rows, charge(2, 50n, ["a", "b", "c"]), caps(100n), 0));
    await expect(both).rejects.toMatchObject({
      code: "budget_exhausted",
      message: expect.stringContaining("the helper's ledger of the week b has"),
    });
    expect(await spentOf(store)).toEqual(new Map([["b", 60n]]));
    // Even within a transaction that goes on, nothing was written.
    await store.transaction(async (rows) => {
      await debit(rows, charge(3, 50n, ["a", "b"]), caps(100n), 0).catch(() => undefined);
      expect(await rows.budget("a")).toBeUndefined();
      expect(await rows.eventOf(task(3), "debit")).toBeUndefined();
    });
  });

  test("may use the cap to the last unit, and not one more", async () => {
    const store = memoryDatabase();
    await store.transaction((rows) => debit(rows, charge(1, 100n, ["a"]), caps(100n), 0));
    await expect(store.transaction((rows) => debit(rows, charge(2, 1n, ["a"]), caps(100n), 0))).rejects.toMatchObject({
      code: "budget_exhausted",
    });
  });

  test("is paid once, however often it is asked for, even with other amounts", async () => {
    const store = memoryDatabase();
    for (const rho of [10n, 10n, 90n])
      await store.transaction((rows) => debit(rows, charge(1, rho, ["a"]), caps(100n), 0));
    expect(await spentOf(store)).toEqual(new Map([["a", 10n]]));
  });

  test("keeps the cap an epoch was first used with", async () => {
    const store = memoryDatabase();
    await store.transaction((rows) => debit(rows, charge(1, 10n, ["a"]), caps(20n), 0));
    await expect(store.transaction((rows) => debit(rows, charge(2, 15n, ["a"]), caps(1000n), 0))).rejects.toMatchObject(
      {
        code: "budget_exhausted",
      },
    );
  });

  test("is of something, on some epoch", async () => {
    const store = memoryDatabase();
    for (const wrong of [charge(1, 0n, ["a"]), charge(1, -5n, ["a"]), charge(1, 5n, []), charge(1, 1n << 63n, ["a"])])
      await expect(store.transaction((rows) => debit(rows, wrong, caps(100n), 0))).rejects.toMatchObject({
        code: "invalid_argument",
      });
    expect(await spentOf(store)).toEqual(new Map());
  });
});

describe("a release", () => {
  test("returns a debit once, with an event of its own, and closes the task for ever", async () => {
    const store = memoryDatabase();
    await store.transaction((rows) => debit(rows, charge(1, 10n, ["2026-W14", "2026"]), caps(100n), 0));
    await store.transaction((rows) => debit(rows, charge(2, 5n, ["2026-W14"]), caps(100n), 0));
    expect(await store.transaction((rows) => releaseDebit(rows, task(1), 7))).toBe(true);
    expect(await store.transaction((rows) => releaseDebit(rows, task(1), 8))).toBe(false);
    expect(await spentOf(store)).toEqual(
      new Map([
        ["2026-W14", 5n],
        ["2026", 0n],
      ]),
    );
    await store.transaction(checkLedger);
    const events = await store.transaction((rows) => rows.events());
    expect(events.map(({ kind, task: of, at, rho }) => [kind, of[0], at, rho])).toEqual([
      ["debit", 1, 0, 10n],
      ["debit", 2, 0, 5n],
      ["release", 1, 7, 10n],
    ]);
    const again = store.transaction((rows) => debit(rows, charge(1, 10n, ["2026-W14"]), caps(100n), 9));
    await expect(again).rejects.toMatchObject({ code: "conflict" });
  });

  test("of a task that was never debited closes it: a debit that comes late is refused", async () => {
    const store = memoryDatabase();
    expect(await store.transaction((rows) => releaseDebit(rows, task(1), 7))).toBe(false);
    const late = store.transaction((rows) => debit(rows, charge(1, 10n, ["a"]), caps(100n), 9));
    await expect(late).rejects.toMatchObject({ code: "conflict" });
    expect(await store.transaction((rows) => rows.events())).toEqual([]);
  });
});

test("the refusal of an exhausted budget says whose ledger, and whether week or year", async () => {
  const store = memoryDatabase();
  const purse = { whose: "coordinator" as const, epoch: 5n, year: 3n };
  const refused = async (epochs: readonly string[]) =>
    await store.transaction((rows) => debit(rows, charge(1, 4n, epochs), purse, 0)).catch((error) => String(error));
  expect(await refused(["2026-W14", "2026"])).toContain("the coordinator's ledger of the year 2026 has");
  expect(await store.transaction((rows) => debit(rows, charge(1, 4n, ["2026-W14"]), purse, 0))).toBeUndefined();
  const week = store.transaction((rows) => debit(rows, charge(2, 4n, ["2026-W14"]), purse, 0));
  await expect(week).rejects.toThrow("the coordinator's ledger of the week 2026-W14 has");
});

test("rows equal what the events add up to, and stay within the cap, whatever is asked or released", async () => {
  const question = fc.record({
    release: fc.boolean(),
    n: fc.integer({ min: 0, max: 30 }),
    rho: fc.bigInt({ min: 1n, max: 60n }),
    epochs: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(question, { maxLength: 40 }), async (questions) => {
      const store = memoryDatabase();
      for (const { n, rho, epochs, release } of questions)
        await store
          .transaction(async (rows) =>
            release ? await releaseDebit(rows, task(n), 1) : await debit(rows, charge(n, rho, epochs), caps(100n), 0),
          )
          .catch(() => undefined);
      await store.transaction(async (rows) => {
        const budgets = await rows.budgets();
        expect(new Map(budgets.map(({ epoch, spent }) => [epoch, spent]))).toEqual(spentByEpoch(await rows.events()));
        await checkLedger(rows);
        expect(budgets.every(({ spent, cap }) => spent <= cap)).toBe(true);
      });
    }),
    { numRuns: 100, seed: 6 },
  );
});

test("a ledger that does not add up to its debits is found: spent too little, too much, or on nothing", async () => {
  for (const spoil of [
    { epoch: "a", cap: 100n, spent: 5n },
    { epoch: "a", cap: 100n, spent: 15n },
    { epoch: "c", cap: 100n, spent: 1n },
  ]) {
    const store = memoryDatabase();
    await store.transaction((rows) => debit(rows, charge(1, 10n, ["a", "b"]), caps(100n), 0));
    await store.transaction(checkLedger);
    await store.transaction((rows) => rows.putBudget(spoil));
    await expect(store.transaction(checkLedger)).rejects.toMatchObject({ code: "invalid_data" });
  }
});

describe("a reservation", () => {
  const reservation = (hash: string, n: number, rho = 10n) => ({
    hash,
    manifest: Uint8Array.of(n),
    question: null,
    upload: { opens: n, closes: n + 1 },
    debit: charge(n, rho, ["a"]),
    caps: caps(100n),
    at: 7,
  });

  test("debits and registers in one step; the same question again changes nothing", async () => {
    const store = memoryDatabase();
    const first = await store.transaction((rows) => reserve(rows, reservation("h", 1)));
    expect(first).toMatchObject({ state: "reserved", release: null, envelope: null });
    // A later manifest for the same question, such as one with other upload times, is not used.
    expect(await store.transaction((rows) => reserve(rows, reservation("h", 2, 50n)))).toEqual(first);
    expect(await spentOf(store)).toEqual(new Map([["a", 10n]]));
  });

  test("over the cap leaves no question", async () => {
    const store = memoryDatabase();
    await expect(store.transaction((rows) => reserve(rows, reservation("h", 1, 101n)))).rejects.toMatchObject({
      code: "budget_exhausted",
    });
    await store.transaction(async (rows) => expect(await rows.query("h")).toBeUndefined());
  });
});

test("the ledger document has amounts as text and every debit", async () => {
  const store = memoryDatabase();
  await store.transaction((rows) => debit(rows, charge(1, (1n << 62n) + 1n, ["a", "b"]), caps((1n << 63n) - 1n), 9));
  expect(await store.transaction((rows) => ledgerDocument(rows))).toEqual({
    epochs: ["a", "b"].map((epoch) => ({ epoch, cap: "9223372036854775807", spent: "4611686018427387905" })),
    debits: [
      {
        task: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
        at: 9,
        rho: "4611686018427387905",
        epochs: ["a", "b"],
        mechanism: '{"n":1}',
      },
    ],
    releases: [],
  });
});
