// The Rényi orders that are tried first: dense where ordinary jobs have their optimum.

/** 1.1 … 10.9 by tenths, 11 … 63, then 128, 256, 512, 1024: the grid that most accountants use. */
export const defaultOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => i + 11),
  ...[128, 256, 512, 1024],
];

/** Orders at which curves are evaluated: below, the formulas lose their precision and no bound is ever better. */
export const orderMin = 1.01;
/** Beyond, sums over the order take too long. */
export const orderMax = 2 ** 15;
