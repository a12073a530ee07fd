// Where a function passes from below 0 to 0 or above: false position, halving the weight of an end that stays (Illinois).

const roundsMax = 60;

/**
 * The end at which g ≥ 0 of a bracket that has shrunk to 1e-7 of its width; expects g(inside) ≥ 0 > g(outside).
 * Of several crossings it finds one.
 */
export function crossing(g: (x: number) => number, outside: number, inside: number): number {
  const tolerance = 1e-7 * Math.abs(inside - outside);
  let [a, ga, b, gb] = [outside, g(outside), inside, g(inside)];
  let last = 0;
  for (let round = 0; round < roundsMax && Math.abs(b - a) > tolerance; round++) {
    // Every fourth step halves, so that a bracket shrinks whatever the shape.
    const place = round % 4 === 3 ? 0.5 : ga / (ga - gb);
    // From the root found a little inwards: the next step then closes the bracket from both sides.
    const x = a + (b - a) * Math.min(1 - 5e-8, Math.max(5e-8, Number.isFinite(place) ? place : 0.5));
    if (x === a || x === b) break;
    const gx = g(x);
    if (gx >= 0) {
      [b, gb] = [x, gx];
      if (last === 1) ga /= 2;
      last = 1;
    } else {
      [a, ga] = [x, gx];
      if (last === -1) gb /= 2;
      last = -1;
    }
  }
  return b;
}
