// What the device's own ledger is charged, and whether it still answers, follow from public facts alone.
import { expect, test } from "vitest";
import { isoWeek } from "../../src/base/calendar.ts";
import { epochsOf } from "../../src/client/answer.ts";
import type { MemberDay } from "../../src/records/types.ts";
import { newCluster, testLimits, testPolicy } from "../support/cluster.ts";
import { lastDay, nowSeconds, smallQuestion, steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device } from "./harness.ts";

test("two members with different days are charged the same and stop at the same task", async () => {
  const wide = { epochCap: 10n ** 12n, yearCap: 10n ** 12n };
  const cluster = newCluster({ terms: wide, policy: { ...testPolicy, ...wide } });
  for (const epsilon of ["1", "0.9", "0.8", "0.7", "0.6"])
    await newRound(cluster, { ...smallQuestion, privacy: { epsilon } });
  const limits = { ...testLimits, rhoPerEpoch: 1 };
  const seen = [];
  const sleeper: readonly MemberDay[] = [{ day: lastDay, values: { sleep: 431 } }];
  for (const days of [steadyMember(62).days, sleeper, steadyMember(109, "two", 2).days]) {
    const one = device(cluster, steadyMember(62), { limits, days: () => days });
    await one.client.consent.grant("service-improvement");
    const results = await one.client.sync();
    const limited = results.map((each) => "nullBecause" in each && (each.nullBecause?.includes("limit") ?? false));
    seen.push({ limited, ledger: await one.client.ledger(), charged: (await one.client.log()).map(({ rho }) => rho) });
  }
  expect(seen[0]?.limited).toContain(true);
  expect(seen[0]?.limited).toContain(false);
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
});

test("a task is charged to the weeks of its window and the one in which it is answered, with their years", () => {
  const window = { start: lastDay - 6, end: lastDay + 1 };
  const weeks = ["2026-W04", "2026-W05"];
  const now = nowSeconds * 1000;
  const own = isoWeek(Math.floor(nowSeconds / 86_400));
  expect(epochsOf({ window }, { epochs: [...weeks, own, "2026"] }, now)).toEqual([...weeks, own, "2026"]);
  // An upload time over two weeks: only the week it is.
  expect(epochsOf({ window }, { epochs: [...weeks, own, "2026-W07", "2026"] }, now)).toEqual([...weeks, own, "2026"]);
  // A clock elsewhere: what the manifest debits and what the clock says.
  const elsewhere = Date.UTC(2027, 5, 1);
  expect(epochsOf({ window }, { epochs: [...weeks, own, "2026"] }, elsewhere)).toEqual([
    ...weeks,
    own,
    "2027-W22",
    "2026",
    "2027",
  ]);
});
