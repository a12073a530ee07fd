// Counts of a tree that agree over its levels (Hay, Rastogi, Miklau, Suciu 2010). A bin was released by itself and inside the sums
// of its neighbours, level by level, each with noise of its own. The least-squares counts are those whose sums come nearest to all
// released rows; as all rows have the same noise, they have the least variance of all unbiased linear estimates (Gauss and Markov).
//
// On a tree the normal equations are solved by one pass upwards and one downwards, exactly, for any number of children a node.

/** Rows level by level, the finest first, as they were released. */
export interface Tree {
  /** Rows of each level. */
  readonly levels: readonly number[];
  /** Rows that one row of the next level sums up. */
  readonly fanout: number;
}

export interface Consistent {
  /** Least-squares counts of the bins from one value a row. */
  counts(values: readonly number[]): readonly number[];
  /** For weights over the bins: the weights of the rows in the weighted sum of the least-squares counts. */
  rowsOf(weights: readonly number[]): readonly number[];
  /** Their squares' sum: the variance of that weighted sum, in variances of a row. */
  squaresOf(weights: readonly number[]): number;
}

export function consistentTree({ levels, fanout }: Tree): Consistent {
  const offsets = levels.map((_, level) => levels.slice(0, level).reduce((a, b) => a + b, 0));
  const rows = levels.reduce((a, b) => a + b, 0);
  const bins = levels[0] as number;
  /** Of each node: the sum of its children's variances, 0 for a bin; and its own once both are weighed. */
  const below = new Float64Array(rows);
  const variance = new Float64Array(rows).fill(1);
  const parents = new Int32Array(rows).fill(-1);
  for (let level = 1; level < levels.length; level++) {
    const [at, under] = [offsets[level] as number, offsets[level - 1] as number];
    for (let child = 0; child < (levels[level - 1] as number); child++) {
      const parent = at + Math.floor(child / fanout);
      parents[under + child] = parent;
      below[parent] = (below[parent] as number) + (variance[under + child] as number);
    }
    for (let node = at; node < at + (levels[level] as number); node++)
      variance[node] = (below[node] as number) / (1 + (below[node] as number));
  }

  const solve = (values: ArrayLike<number>): Float64Array => {
    const sums = new Float64Array(rows);
    const x = new Float64Array(rows);
    for (let node = 0; node < rows; node++) {
      // A node comes after all its children: the mean of its own value and their sum, weighed by the other's variance.
      const under = below[node] as number;
      const own = values[node] as number;
      x[node] = node < bins ? own : (own * under + (sums[node] as number)) / (1 + under);
      const parent = parents[node] as number;
      if (parent >= 0) sums[parent] = (sums[parent] as number) + (x[node] as number);
    }
    for (let node = rows - 1; node >= 0; node--) {
      const parent = parents[node] as number;
      if (parent < 0) continue;
      // `sums` of a node that was passed holds what its children lack, by the sum of their variances.
      x[node] = (x[node] as number) + (variance[node] as number) * lack(parent, sums, x);
    }
    return x.subarray(0, bins);
  };
  /** By how much a settled node exceeds its children's sum, a unit of their variance. */
  const lack = (node: number, sums: Float64Array, x: Float64Array) =>
    ((x[node] as number) - (sums[node] as number)) / (below[node] as number);

  // Of the least-squares counts n = (AᵀA)⁻¹Aᵀy the sum w·n has the weights A(AᵀA)⁻¹w, and A has the bins themselves among its
  // rows: so (AᵀA)⁻¹w are the counts of w on the bins and 0 above.
  const normal = (weights: readonly number[]) => {
    const padded = new Float64Array(rows);
    padded.set(weights);
    return solve(padded);
  };
  return {
    counts: (values) => [...solve(values)],
    rowsOf(weights) {
      const nodes = new Array<number>(rows).fill(0);
      for (const [bin, weight] of normal(weights).entries()) nodes[bin] = weight;
      for (let node = 0; node < rows; node++) {
        const parent = parents[node] as number;
        if (parent >= 0) nodes[parent] = (nodes[parent] as number) + (nodes[node] as number);
      }
      return nodes;
    },
    squaresOf: (weights) => normal(weights).reduce((sum, one, bin) => sum + one * (weights[bin] as number), 0),
  };
}
