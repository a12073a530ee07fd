// Two-tone intervals and numbers as the terminal shows them.
import { expect, test } from "vitest";
import { formatValue, intervalBar, intervalWidth } from "../../../src/cli/demo/terminal.ts";

const cell = {
  key: "all/mean",
  estimate: 50,
  interval95: [20, 80],
  privacyInterval95: [40, 60],
  privacyNoiseSd: 5,
  truth: 50,
} as const;

test("privacy noise lies inside the whole interval, the estimate inside both", () => {
  expect(intervalBar(cell, [0, 100], 11)).toBe("··▒▒█●█▒▒··");
});

test("an interval beyond the scale is cut at its ends, and one point has a bar too", () => {
  expect(intervalBar({ ...cell, interval95: [-10, 300], privacyInterval95: [-5, 200] }, [0, 100], 5)).toBe("██●██");
  const point = { ...cell, interval95: [50, 50], privacyInterval95: [50, 50] } as const;
  expect(intervalBar(point, [50, 50], 5)).toBe("●····");
});

test("the bar has the room that is there", () => {
  expect(intervalWidth(120, 60)).toBe(40);
  expect(intervalWidth(80, 60)).toBe(20);
  expect(intervalWidth(60, 60)).toBe(0);
  expect(intervalBar(cell, [0, 100], 0)).toBe("");
});

test.each([
  ["all/mean", 61.25, "61.3"],
  ["all/mean", 7666.5, "7,667"],
  ["all/share>=150", 0.5137, "51.4 %"],
])("%s %d reads %s", (key, value, text) => {
  expect(formatValue(key, value)).toBe(text);
});
