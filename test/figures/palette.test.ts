// The palette in numbers: contrast against every ground (WCAG 2.2, 1.4.3 and 1.4.11), and colours that stay apart for readers
// without red, green or blue cones.
import { describe, expect, test } from "vitest";
import { SERIES_MAX } from "../../src/figures/curves.ts";
import { colours, dark, dashes, light } from "../../src/figures/palette.ts";

type Rgb = readonly [number, number, number];

/** Linear light, 0 to 1. */
function rgbOf(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [a, b]
    .map((hex) => rgbOf(hex).reduce((sum, part, at) => sum + part * ([0.2126, 0.7152, 0.0722][at] as number), 0))
    .sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes (2009), severity 1: what a reader without one kind of cone sees, in linear light. */
const readers: Readonly<Record<string, readonly Rgb[]>> = {
  everyone: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const times = (matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb =>
  matrix.map(([x, y, z]) => Math.min(1, Math.max(0, x * r + y * g + z * b))) as unknown as Rgb;

/** Oklab (Ottosson 2020): distances are those the eye sees, about 0.02 being the least. */
function oklab(rgb: Rgb): Rgb {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt) as unknown as Rgb;
  const mix = ([x, y, z]: Rgb) => x * lms[0] + y * lms[1] + z * lms[2];
  return [
    mix([0.2104542553, 0.793617785, -0.0040720468]),
    mix([1.9779984951, -2.428592205, 0.4505937099]),
    mix([0.0259040371, 0.7827717662, -0.808675766]),
  ];
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(...a.map((part, at) => part - (b[at] as number)));

describe.each([
  ["light", light],
  ["dark", dark],
])("%s", (_, scheme) => {
  test("text has 4.5:1 and marks have 3:1 on both grounds", () => {
    for (const ground of [scheme.ground, scheme.card]) {
      for (const ink of ["ink", "muted", "strong", "bad"] as const)
        expect(contrast(scheme[ink], ground), ink).toBeGreaterThanOrEqual(4.5);
      for (const mark of [scheme.soft, scheme.truth, ...scheme.series])
        expect(contrast(mark, ground), mark).toBeGreaterThanOrEqual(3);
    }
  });

  test("the two tones differ in lightness: 1.8:1", () => {
    expect(contrast(scheme.strong, scheme.soft)).toBeGreaterThanOrEqual(1.8);
  });

  test.each(Object.keys(readers))("no two tones or series look alike to %s", (reader) => {
    const seen = (hex: string) => oklab(times(readers[reader] as readonly Rgb[], rgbOf(hex)));
    const sets = [[scheme.strong, scheme.soft, scheme.truth], scheme.series];
    for (const set of sets)
      set.forEach((a, at) => {
        for (const b of set.slice(0, at)) expect(distance(seen(a), seen(b)), `${a} ${b}`).toBeGreaterThan(0.05);
      });
  });
});

test("each series has a colour and a dash of its own in both schemes", () => {
  expect([light.series.length, dark.series.length, dashes.length]).toEqual([SERIES_MAX, SERIES_MAX, SERIES_MAX]);
  for (const set of [light.series, dark.series, dashes]) expect(new Set(set).size).toBe(SERIES_MAX);
});

test("dark is for screens of readers who prefer it", () => {
  expect(colours).toContain(`@media screen and (prefers-color-scheme: dark) { :root { --ground: ${dark.ground}`);
});
