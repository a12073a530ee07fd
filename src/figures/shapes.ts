// What is inside of an <svg> of any width.
import type { Html } from "./markup.ts";

export interface Shapes {
  /** CSS pixels. */
  readonly height: number;
  readonly shapes: readonly Html[];
}
