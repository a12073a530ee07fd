import type { CategoryPart } from "./part.ts";

/** @returns one bit a value of the list; undefined when there is nothing to say */
export function encodeCategory({ values }: CategoryPart, value: string | undefined): number[] | undefined {
  const index = value === undefined ? -1 : values.indexOf(value);
  return index < 0 ? undefined : values.map((_, i) => (i === index ? 1 : 0));
}
