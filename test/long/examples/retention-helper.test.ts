// examples/retention-helper/README.md: every line runs as it is printed but for its ports; a model is trained by 500 devices through
// both services, staff read how good it is, and members' screens are made without a network.
import { expect, test } from "vitest";
import { screenOf, usualDay } from "../../../examples/retention-helper/habit.mjs";
import { runPage } from "../../support/page.ts";

test.skipIf(process.platform === "win32")("every line of the page, up to members' screens", async (context) => {
  const of = await runPage(context, "examples/retention-helper/README.md");
  const [trained = ""] = of("paceline train --manifest");
  expect(trained).toMatch(/ended: all rounds are done; ρ = 0\.5$/m);
  const [status = ""] = of("paceline train status");
  console.log(status);
  const bins = [...status.matchAll(/([\d.]+) % to ([\d.]+) %: came true of ([\d.]+) % \(([\d.]+) % to ([\d.]+) %\)/g)];
  expect(bins.map(([, from, to]) => [from, to])).toEqual([
    ["0.0", "30.0"],
    ["30.0", "100.0"],
  ]);
  for (const bin of bins) {
    const [share, low, high] = bin.slice(3).map(Number) as [number, number, number];
    expect(low <= share && share <= high && high - low > 5).toBe(true);
  }
  expect(status).toMatch(/lift of the highest: [\d.]+ times as often as of all \([\d.]+ to/);
  // Nothing of what staff read is of one member.
  expect(status).not.toMatch(/member-\d/);
  const [verified = ""] = of("paceline verify");
  expect(verified).toMatch(/The weights follow from seeded ones and the rounds' releases/);
  const [modes = ""] = of("modes.mjs");
  console.log(modes);
  expect(modes).toMatch(/^ +additive +masked$/m);
  expect(modes).toMatch(/^rounds, and ρ of all +1, 0\.1 +1, 0\.1$/m);
  // Of some hundred and fifty held-out members, with noise in it: both tell, and neither is exact.
  const told =
    /^right about held-out members +(-?[\d.]+) % ± ([\d.]+) % by noise +(-?[\d.]+) % ± ([\d.]+) % by noise$/m.exec(
      modes,
    );
  const [additive, noise, masked, more] = (told ?? []).slice(1).map(Number) as [number, number, number, number];
  expect(Math.abs(additive - masked)).toBeLessThan(3 * Math.hypot(noise, more));
  expect(modes).toMatch(/^lift of the highest +\S/m);
  const [screens = ""] = of("screens.mjs");
  console.log(screens);
  expect(screens).toMatch(/^You missed your usual (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\. Rebook it, or pause/m);
  expect(screens).toMatch(/You come less than half as often next month: \d+ in 100\./);
  const shown = Number(/^(\d+) of 500 phones show something/m.exec(screens)?.[1]);
  expect(shown).toBeGreaterThan(5);
  expect(shown).toBeLessThan(250);
});

const TUESDAY = 20_480; // 27 January 2026
const visits = (...days: readonly number[]) => days.map((day) => ({ day, values: { visits: 1 } }));
const weekly = Array.from({ length: 8 }, (_, i) => TUESDAY - 7 * (i + 1));
const likely = { prediction: 0.6, words: ["You come less: 60 in 100."] };

test("a usual day is one of half of the weeks or more, and is missed when last week has none", () => {
  for (let after = 1; after <= 7; after++) {
    const today = TUESDAY + after;
    expect(usualDay(visits(...weekly), today)).toEqual({ weekday: "Tuesday", missed: true });
    expect(usualDay(visits(TUESDAY, ...weekly), today)).toEqual({ weekday: "Tuesday", missed: false });
    expect(usualDay(visits(...weekly.slice(0, 3)), today)).toBeUndefined();
  }
  expect(usualDay([], TUESDAY)).toBeUndefined();
});

test("a screen shows something where a usual day was missed and more of it is likely, and else nothing", () => {
  const today = TUESDAY + 3;
  expect(screenOf(visits(...weekly), today, likely)[0]).toBe(
    "You missed your usual Tuesday. Rebook it, or pause for a while?",
  );
  expect(screenOf(visits(...weekly), today, { ...likely, prediction: 0.29 })).toEqual([]);
  expect(screenOf(visits(TUESDAY, ...weekly), today, likely)).toEqual([]);
  expect(screenOf([], today, likely)).toEqual([]);
});
