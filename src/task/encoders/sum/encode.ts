import { quantise } from "../fixed-point.ts";
import type { SumPart } from "./part.ts";

/** @returns the one integer; undefined when there is nothing to say */
export function encodeSum({ most, resolution }: SumPart, value: number | undefined): number[] | undefined {
  const integer = quantise(value, [0, most], resolution);
  return integer === undefined ? undefined : [integer];
}
