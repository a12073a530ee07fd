// exp(-y) in doubles from additions, multiplications and divisions only, which are rounded exactly the same everywhere
// (Math.exp is not), so that its error can be proven.

/** 1/k! for k = 16 … 0. */
const inverseFactorials: readonly number[] = (() => {
  const list = [1];
  for (let k = 1; k <= 16; k++) list.push((list[k - 1] as number) / k);
  return list.reverse();
})();

/** Where exp(-y) is below 2^-92. */
const nothing = 64;

/**
 * exp(-y) for y ≥ 0 within 2^-42 of itself (and within 2^-92 beyond y = 64, where it is 0). The series at z = y/128 ≤ 1/2
 * is cut at z^17/17! < 2^-65 and takes 34 roundings, all relative errors of a number between 0.6 and 1; seven squarings
 * multiply the relative error, below 2^-50, by 128 and add 127 roundings.
 */
export function expMinus(y: number): number {
  if (y > nothing) return 0;
  const z = y / -128;
  let sum = 0;
  for (const coefficient of inverseFactorials) sum = sum * z + coefficient;
  for (let i = 0; i < 7; i++) sum *= sum;
  return sum;
}
