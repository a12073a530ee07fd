import { quantise } from "../fixed-point.ts";
import { type MomentsPart, monomialsOf } from "./part.ts";

/** @returns present bit and moments as integers; undefined when a value is missing */
export function encodeMoments(part: MomentsPart, values: readonly (number | undefined)[]): number[] | undefined {
  const { clip, resolution } = part;
  const z: number[] = [];
  const integers: number[] = [];
  for (const [i, bounds] of clip.entries()) {
    const q = quantise(values[i], bounds as [number, number], resolution);
    if (q === undefined) return undefined;
    integers.push(q);
    z.push((2 * q - resolution) / resolution);
  }
  for (const monomial of monomialsOf(part).slice(clip.length)) {
    const product = monomial.reduce((all, i) => all * (z[i] as number), 1);
    // A square lies in [0, 1] already, a product in [−1, 1].
    const share = monomial[0] === monomial[1] ? product : (product + 1) / 2;
    integers.push(Math.round(share * resolution));
  }
  return [1, ...integers];
}
