// min |Ax − b|² over 0 ≤ x ≤ 1: projected gradients with Nesterov's steps (Beck and Teboulle 2009, FISTA). Of a convex problem
// every start ends at the same value.

const STEPS = 120;

/** @param rows of 0 and 1, all of one length @param wanted as many as rows @returns a value for each column, in [0, 1] */
export function boundedLeastSquares(rows: readonly Uint8Array[], wanted: Float64Array): Float64Array {
  const width = rows[0]?.length ?? 0;
  const { gram, aim } = normalEquations(rows, wanted, width);
  // No eigenvalue is above the largest sum of a row's absolute values; all entries are counts.
  let bound = 1;
  for (let i = 0; i < width; i++) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += gram[i * width + j] as number;
    bound = Math.max(bound, sum);
  }
  const x = new Float64Array(width).fill(0.5);
  const ahead = Float64Array.from(x);
  let momentum = 1;
  for (let step = 0; step < STEPS; step++) {
    const next = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const moved = new Float64Array(width);
    for (let i = 0; i < width; i++) {
      let gradient = -(aim[i] as number);
      for (let j = 0; j < width; j++) gradient += (gram[i * width + j] as number) * (ahead[j] as number);
      moved[i] = Math.min(1, Math.max(0, (ahead[i] as number) - gradient / bound));
    }
    for (let i = 0; i < width; i++) {
      ahead[i] = (moved[i] as number) + ((momentum - 1) / next) * ((moved[i] as number) - (x[i] as number));
      x[i] = moved[i] as number;
    }
    momentum = next;
  }
  return x;
}

/** AᵀA and Aᵀb. */
function normalEquations(rows: readonly Uint8Array[], wanted: Float64Array, width: number) {
  const [gram, aim] = [new Float64Array(width * width), new Float64Array(width)];
  for (const [r, row] of rows.entries())
    for (let i = 0; i < width; i++) {
      if (row[i] === 0) continue;
      aim[i] = (aim[i] as number) + (wanted[r] as number);
      for (let j = 0; j < width; j++) if (row[j] !== 0) gram[i * width + j] = (gram[i * width + j] as number) + 1;
    }
  return { gram, aim };
}
