// Vector lengths of the proof system, in field elements (VDAF section 7.3.3).

function nextPowerOf2(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

/** @param checks values that must be zero for a valid measurement */
export function proofLengths(gadget: { arity: number; degree: number }, calls: number, checks: number) {
  const wirePoints = nextPowerOf2(1 + calls);
  const gadgetValues = gadget.degree * (wirePoints - 1) + 1;
  return {
    wirePoints,
    gadgetValues,
    gadgetPoints: nextPowerOf2(gadgetValues),
    proveRand: gadget.arity,
    queryRand: 1 + (checks > 1 ? checks : 0),
    proof: gadget.arity + gadgetValues,
    verifier: 2 + gadget.arity,
  };
}
