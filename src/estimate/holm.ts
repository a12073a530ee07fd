/**
 * p-values adjusted for being several (Holm 1979, Scand. J. Statist. 6:65): to reject where one is at most α keeps the probability of
 * any false rejection at most α, whatever the dependence.
 * @returns in the order of the given ones, each at least as large
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(values.length).fill(1);
  let most = 0;
  for (const [rank, { p, at }] of order.entries()) {
    most = Math.max(most, Math.min(1, (values.length - rank) * p));
    adjusted[at] = most;
  }
  return adjusted;
}
