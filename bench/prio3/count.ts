// What a job needs however fast it is done: permutations of the sponge and multiplications in the field, counted by running
// it on an engine that counts.
import { type Engine, typescriptEngine } from "../../src/math/engine.ts";
import { withCoarse } from "../../src/math/field/coarse.ts";
import type { Field } from "../../src/math/field/field.ts";
import type { Sponge } from "../../src/math/turboshake/sponge.ts";

export interface Work {
  /** In and out of the sponge. */
  bytes: number;
  permutations: number;
  multiplications: number;
}

export function noWork(): Work {
  return { bytes: 0, permutations: 0, multiplications: 0 };
}

/** An engine that adds what it does to `work`. A term of a dot product counts as one multiplication. */
export function countingEngine(work: Work): Engine {
  const { field64, field128, sponge, other } = typescriptEngine();
  const counting = (field: Field): Field =>
    withCoarse({
      ...field,
      mul: (count, ...rest) => {
        work.multiplications += count;
        field.mul(count, ...rest);
      },
      dot: (count, ...rest) => {
        work.multiplications += count;
        field.dot(count, ...rest);
      },
    });
  return {
    name: "typescript",
    field64: counting(field64),
    field128: counting(field128),
    sponge: countingSponge(sponge, work),
    other: countingSponge(other, work),
  };
}

const RATE = 168;

/** One permutation for each full block that goes in, one for the padded end, one for each further block that comes out. */
function countingSponge(sponge: Sponge, work: Work): Sponge {
  let absorbed = 0;
  let squeezed = 0;
  const blocksOut = () => Math.ceil(squeezed / RATE);
  const counting: Sponge = {
    reset(domain) {
      sponge.reset(domain);
      absorbed = 0;
      squeezed = 0;
      return counting;
    },
    absorb(bytes) {
      sponge.absorb(bytes);
      work.bytes += bytes.length;
      const before = Math.floor(absorbed / RATE);
      absorbed += bytes.length;
      work.permutations += Math.floor(absorbed / RATE) - before;
      return counting;
    },
    squeezeInto(out) {
      sponge.squeezeInto(out);
      work.bytes += out.length;
      const before = blocksOut();
      squeezed += out.length;
      work.permutations += blocksOut() - before;
    },
  };
  return counting;
}
