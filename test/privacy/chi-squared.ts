// Goodness of fit of integer draws to a PMF. A correct sampler fails once in a million seeds; seeds are fixed.

/** Pools cells whose expectation is below 10 into the two tails, and returns how far χ² exceeds its 1 - 10^-6 quantile. */
export function chiSquaredExcess(draws: Iterable<bigint>, count: number, pmf: (k: number) => number): number {
  let reach = 0;
  while (count * pmf(reach + 1) >= 10) reach++;
  const seen = new Map<number, number>();
  for (const draw of draws) {
    const cell = draw > BigInt(reach) ? reach + 1 : draw < BigInt(-reach) ? -reach - 1 : Number(draw);
    seen.set(cell, (seen.get(cell) ?? 0) + 1);
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

/** Wilson-Hilferty at 1 - 10^-6 (normal quantile 4.7534). */
function chiSquaredQuantile(degrees: number): number {
  const c = 2 / (9 * Math.max(1, degrees));
  return Math.max(1, degrees) * (1 - c + 4.7534 * Math.sqrt(c)) ** 3;
}
