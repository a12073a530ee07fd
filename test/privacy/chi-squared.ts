// Goodness of fit of integer draws to a PMF. A correct sampler fails once in a million seeds; seeds are fixed.

/** How far χ² exceeds its 1 - 10^-6 quantile. */
export function chiSquaredExcess(draws: Iterable<bigint>, count: number, pmf: (k: number) => number): number {
  const seen = new Map<number, number>();
  for (const draw of draws) seen.set(Number(draw), (seen.get(Number(draw)) ?? 0) + 1);
  return chiSquaredExcessOf(seen, count, pmf);
}

/** The same from how often each integer was seen. Cells whose expectation is below 10 are pooled into the two tails. */
export function chiSquaredExcessOf(
  drawn: ReadonlyMap<number, number>,
  count: number,
  pmf: (k: number) => number,
): number {
  let reach = 0;
  while (count * pmf(reach + 1) >= 10) reach++;
  const seen = new Map<number, number>();
  for (const [draw, times] of drawn) {
    const cell = Math.min(reach + 1, Math.max(-reach - 1, draw));
    seen.set(cell, (seen.get(cell) ?? 0) + times);
  }
  let inside = 0;
  let statistic = 0;
  for (let k = -reach; k <= reach; k++) {
    const expected = count * pmf(k);
    inside += pmf(k);
    statistic += ((seen.get(k) ?? 0) - expected) ** 2 / expected;
  }
  let degrees = 2 * reach;
  const tail = (count * (1 - inside)) / 2;
  if (tail >= 5) {
    for (const side of [-reach - 1, reach + 1]) statistic += ((seen.get(side) ?? 0) - tail) ** 2 / tail;
    degrees += 2;
  } else {
    // Too rare to test: all that may be said is that hardly anything landed there.
    const outside = (seen.get(-reach - 1) ?? 0) + (seen.get(reach + 1) ?? 0);
    if (outside > 40) return Number.POSITIVE_INFINITY;
  }
  return statistic - chiSquaredQuantile(degrees);
}

/** The same for counts of a few outcomes with known probabilities; those expected less than 10 times are pooled. */
export function multinomialExcess(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [statistic, cells, rare, rareExpected] = [0, 0, 0, 0];
  for (const [i, probability] of probabilities.entries()) {
    const [seen, expected] = [counts[i] ?? 0, total * probability];
    if (expected < 10) [rare, rareExpected] = [rare + seen, rareExpected + expected];
    else [statistic, cells] = [statistic + (seen - expected) ** 2 / expected, cells + 1];
  }
  if (rareExpected >= 5) [statistic, cells] = [statistic + (rare - rareExpected) ** 2 / rareExpected, cells + 1];
  else if (rare > 40) return Number.POSITIVE_INFINITY;
  return cells > 1 ? statistic - chiSquaredQuantile(cells - 1) : -1;
}

/** Wilson-Hilferty at 1 - 10^-6 (normal quantile 4.7534). */
function chiSquaredQuantile(degrees: number): number {
  const c = 2 / (9 * Math.max(1, degrees));
  return Math.max(1, degrees) * (1 - c + 4.7534 * Math.sqrt(c)) ** 3;
}
