// How much one answer may cost. Work is counted in lattice points: cells of single laws, and points of their transforms.
// A limit reached widens a bracket; it never makes it wrong.

/** Different parts of a plan; of more, those that differ least are taken together. */
export const partsMax = 256;

/** Outcomes that all laws of one plan list one by one: a plan with more is refused. */
export const listedMax = 1 << 21;

/** Of one composition on one side: decides how fine a grid many parts may have. */
export const compositionMax = 1 << 21;

/** Of all compositions of one answer: refinements and other tilts end there. */
export const answerMax = 1 << 22;

/** Atoms of all sketches together, which every step of every search goes through. */
export const sketchMax = 1 << 14;

/** Points spent on one answer. */
export class Work {
  #spent = 0;

  get spent(): number {
    return this.#spent;
  }

  spend(points: number): void {
    this.#spent += points;
  }

  /** Whether something of this size may still follow. */
  allows(points: number): boolean {
    return this.#spent + points <= answerMax;
  }
}
