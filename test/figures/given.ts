// Cells for figures: plausible ones, and any that an estimate could be.
import fc from "fast-check";
import type { Meaning } from "../../src/figures/meanings.ts";
import type { ShownCell } from "../../src/figures/shown-cell.ts";

export const meaning = (title: string, more: Partial<Meaning> = {}): Meaning => ({
  kind: "value",
  title,
  unit: "beats per minute",
  ...more,
});

export const cell = (group: string | null, at: number, privacy = 1.5, full = 2): ShownCell => ({
  group,
  estimate: {
    estimate: at,
    interval95: [at - full, at + full],
    privacyInterval95: [at - privacy, at + privacy],
    privacyNoiseSd: privacy / 2,
  },
});

/** Doubles of every size, and what an open interval or a missing number is. */
const anyNumber = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  fc.double(),
  fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, -0, 5e-324, 1.7e308, Number.NaN),
);
const ends = fc.tuple(anyNumber, anyNumber).map(([a, b]) => (a <= b ? ([a, b] as const) : ([b, a] as const)));

export const hostile = `</script><script>alert(1)</script><img src=x onerror='alert("2")'>]]>--><!--&lt;"'\u0000\u001b[2J\u202e\ud800`;

export const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(hostile, "=1+1", "@SUM(A1)", "", "35-44", "$x_1$", "a/b", "{{x}}", "datum['a']"),
);

export const anyCells: fc.Arbitrary<ShownCell[]> = fc.array(
  fc.record(
    {
      group: fc.option(anyText),
      estimate: fc.record({
        estimate: anyNumber,
        interval95: ends,
        privacyInterval95: ends,
        privacyNoiseSd: anyNumber,
      }),
      suppressed: fc.constant("fewer than 20 contributors cannot be ruled out"),
      caution: fc.constant("large noise"),
      truth: anyNumber,
    },
    { requiredKeys: ["group", "estimate"] },
  ),
  { maxLength: 12 },
);

export const anyMeaning: fc.Arbitrary<Meaning> = fc.record(
  { kind: fc.constantFrom("count", "share", "value"), title: anyText, unit: anyText, list: anyText },
  { requiredKeys: ["kind", "title", "unit"] },
);
