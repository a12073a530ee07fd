// Least-squares nondecreasing fit (pool adjacent violators; Ayer et al. 1955).

/** The nondecreasing sequence nearest to `values`. */
export function nondecreasing(values: readonly number[]): number[] {
  const blocks: { mean: number; length: number }[] = [];
  for (const value of values) {
    let block = { mean: value, length: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean > block.mean; last = blocks.at(-1)) {
      const length = last.length + block.length;
      block = { mean: (last.mean * last.length + block.mean * block.length) / length, length };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ mean, length }) => new Array<number>(length).fill(mean));
}
