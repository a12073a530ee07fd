// What every database must do with an issuer's rows, and with tokens that were spent.
import { describe, expect, test } from "vitest";
import { bytes, type Open } from "./row-samples.ts";

export function issuerContract(open: Open): void {
  describe("tokens", () => {
    test("are counted by account and year", async () => {
      const store = await open();
      const [ann, bob] = [bytes(32, 1), bytes(32, 2)];
      await store.transaction(async (rows) => {
        expect(await rows.issued(ann, "2026")).toBe(0);
        await rows.setIssued(ann, "2026", 20);
        await rows.setIssued(ann, "2026", 25);
        await rows.setIssued(ann, "2027", 1);
        await rows.setIssued(bob, "2026", 3);
      });
      await store.read(async (rows) => {
        expect([
          await rows.issued(ann, "2026"),
          await rows.issued(ann, "2027"),
          await rows.issued(bob, "2026"),
        ]).toEqual([25, 1, 3]);
        expect(await rows.issued(bob, "2027")).toBe(0);
      });
      await store.close();
    });

    test("an answered request is known, until its year is forgotten", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        expect(await rows.isAnswered(bytes(32, 7))).toBe(false);
        await rows.addAnswered(bytes(32, 7), "2026");
        await rows.addAnswered(bytes(32, 8), "2027");
        await rows.setIssued(bytes(32, 1), "2026", 5);
        await rows.setIssued(bytes(32, 1), "2027", 6);
      });
      await store.transaction(async (rows) => {
        expect(await rows.isAnswered(bytes(32, 7))).toBe(true);
        await rows.forgetBefore("2027");
      });
      await store.read(async (rows) => {
        expect([await rows.isAnswered(bytes(32, 7)), await rows.isAnswered(bytes(32, 8))]).toEqual([false, true]);
        expect([await rows.issued(bytes(32, 1), "2026"), await rows.issued(bytes(32, 1), "2027")]).toEqual([0, 6]);
      });
      await store.close();
    });

    test("how far it has come, and which year is closed, is kept", async () => {
      const store = await open();
      await store.transaction(async (rows) => {
        expect(await rows.issuance()).toEqual({ sequence: 0, closed: null });
        await rows.setIssuance({ sequence: 1, closed: null });
        await rows.setIssuance({ sequence: 2 ** 40, closed: "2026" });
        await rows.forgetBefore("2030");
      });
      await store.read(async (rows) => expect(await rows.issuance()).toEqual({ sequence: 2 ** 40, closed: "2026" }));
      await store.close();
    });

    test("of an issuer that is retired are spent no more, and what is known of them is deleted a few at a time", async () => {
      const store = await open();
      const [one, two] = [bytes(32, 1), bytes(32, 2)];
      await store.transaction(async (rows) => {
        expect(await rows.spentIssuers()).toEqual([]);
        await rows.spendTokens(two, [bytes(16, 1)]);
        await rows.spendTokens(one, [bytes(16, 1), bytes(16, 2), bytes(16, 3)]);
        expect(await rows.spentIssuers()).toEqual([one, two]);
        await rows.retireIssuer(one);
        await rows.retireIssuer(one);
        expect([await rows.isRetired(one), await rows.isRetired(two)]).toEqual([true, false]);
        expect(await rows.spendTokens(one, [bytes(16, 9)])).toBe(false);
        expect([await rows.forgetSpent(one, 2), await rows.forgetSpent(one, 2)]).toEqual([2, 1]);
        expect(await rows.forgetSpent(one, 2)).toBe(0);
        expect(await rows.spentIssuers()).toEqual([two]);
        expect(await rows.spendTokens(one, [bytes(16, 1)])).toBe(false);
      });
      await store.close();
    });

    test("are spent once an issuer, all of a report or none", async () => {
      const store = await open();
      const [one, two] = [bytes(32, 1), bytes(32, 2)];
      const name = (fill: number) => bytes(16, fill);
      await store.transaction(async (rows) => {
        expect(await rows.spendTokens(one, [name(1), name(2)])).toBe(true);
        expect(await rows.spendTokens(one, [name(3), name(2)])).toBe(false);
        expect(await rows.spendTokens(one, [name(3)])).toBe(true);
        expect(await rows.spendTokens(two, [name(1)])).toBe(true);
        expect(await rows.spendTokens(two, [])).toBe(true);
      });
      await store.transaction(async (rows) => expect(await rows.spendTokens(one, [name(1)])).toBe(false));
      const lost = store.transaction(async (rows) => {
        await rows.spendTokens(one, [name(9)]);
        throw new Error("rolled back");
      });
      await expect(lost).rejects.toThrow("rolled back");
      await store.transaction(async (rows) => expect(await rows.spendTokens(one, [name(9)])).toBe(true));
      await store.close();
    });
  });
}
