// What one update gives away, on a toy: a dense first layer's gradient by one example is the example itself times a factor that the
// biases give away (Phong, Aono, Hayashi, Wang, Moriai 2018; Geiping and others 2020, proposition 3.1). Sums over members blur it, and
// noise ends it. For showing, and for tests that want to see it fail.
import { fail } from "../../base/errors.ts";
import { clipInto } from "../../learning/device/rounding.ts";
import { layoutOf } from "../../math/tensor/layout.ts";
import type { Architecture, Examples, TrainingEngine } from "../../ports/training-engine.ts";
import { Random } from "../random.ts";

export interface Inverted {
  /** The row that the update looks like. */
  readonly row: Float64Array;
  /** Cosine of its angle with the member's own row: 1 is the row itself, up to its length. */
  readonly cosine: number;
  /** ‖difference‖ over ‖own row‖. */
  readonly error: number;
}

export interface InversionOptions {
  readonly architecture: Architecture;
  readonly weights: Float32Array;
  readonly learningRate: number;
  /** L2 bound of an update. */
  readonly clip: number;
  /** The member whose row is looked for: one example. */
  readonly member: Examples;
  /** Whose updates are in the sum as well. */
  readonly others: readonly Examples[];
  /** Of each cell of the sum, in model units. */
  readonly noiseSd: number;
  readonly seed: string;
}

export interface InversionLab {
  /** Of the member's own update, as a server without secure sums would see it. */
  readonly alone: Inverted;
  /** Of the sum. */
  readonly summed: Inverted;
  /** Of the noised sum, which is all that is ever released. */
  readonly noised: Inverted;
}

/** @throws PacelineError invalid_argument unless the first layer is dense and the member has one example */
export function invertUpdates(engine: TrainingEngine, options: InversionOptions): InversionLab {
  const { architecture, member, others, noiseSd, seed } = options;
  const trainer = engine.open(architecture);
  if (trainer === undefined) return fail("unsupported", `the engine ${engine.name} has not all of the model's layers`);
  if (member.rows.length !== trainer.inputs)
    fail("invalid_argument", "the member whose row is looked for has one example");
  const updateOf = (examples: Examples) => {
    const trained = options.weights.slice();
    const { learningRate } = options;
    trainer.train(trained, examples, { epochs: 1, batchSize: examples.labels.length, learningRate });
    const update = new Float64Array(trained.length);
    clipInto(
      update,
      trained.map((w, i) => w - (options.weights[i] as number)),
      options.clip,
    );
    return update;
  };
  const alone = updateOf(member);
  const sum = Float64Array.from(alone);
  for (const other of others) for (const [i, x] of updateOf(other).entries()) sum[i] = (sum[i] as number) + x;
  const random = new Random(seed);
  const noised = sum.map((x) => x + random.normal(0, noiseSd));
  const told = (update: Float64Array) => compared(invertDense(architecture, update), member.rows);
  return { alone: told(alone), summed: told(sum), noised: told(noised) };
}

/**
 * The row that an update of a model with a dense first layer looks like: the kernel's change by the bias's, of the unit whose bias
 * changed most. @throws PacelineError invalid_argument
 */
export function invertDense(architecture: Architecture, update: ArrayLike<number>): Float64Array {
  const { layers, inputs } = layoutOf(architecture);
  const [kernel, bias] = layers[0]?.tensors ?? [];
  if (kernel === undefined || bias === undefined || kernel.shape.length !== 2)
    return fail("invalid_argument", "rows are read out of a dense first layer only");
  const units = kernel.shape[1] as number;
  let most = 0;
  for (let u = 1; u < units; u++)
    if (Math.abs(update[bias.offset + u] as number) > Math.abs(update[bias.offset + most] as number)) most = u;
  const factor = update[bias.offset + most] as number;
  // Biases that did not change tell nothing.
  if (factor === 0) return new Float64Array(inputs);
  return Float64Array.from({ length: inputs }, (_, i) => (update[kernel.offset + i * units + most] as number) / factor);
}

function compared(row: Float64Array, own: Float32Array): Inverted {
  let [dot, a, b, apart] = [0, 0, 0, 0];
  for (const [i, x] of row.entries()) {
    const y = own[i] as number;
    dot += x * y;
    a += x * x;
    b += y * y;
    apart += (x - y) ** 2;
  }
  return { row, cosine: a * b === 0 ? 0 : dot / Math.sqrt(a * b), error: Math.sqrt(apart / b) };
}
