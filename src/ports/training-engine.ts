/** What a unit does with its sum: max(0, x), tanh x, 1/(1 + e^−x), or nothing. */
export type Activation = "linear" | "relu" | "tanh" | "sigmoid";

/** The layers a model may be made of: data, never code. Shapes are [features] or [steps, channels], as they are in TensorFlow.js. */
export type Layer =
  | { readonly kind: "dense"; readonly units: number; readonly activation: Activation }
  | {
      readonly kind: "conv1d";
      readonly filters: number;
      readonly kernel: number;
      readonly stride: number;
      /** valid: whole windows only. same: ⌈steps / stride⌉ windows, zeros around the input. */
      readonly padding: "valid" | "same";
      readonly activation: Activation;
    }
  /** Whole windows only. */
  | { readonly kind: "max-pool1d" | "average-pool1d"; readonly size: number; readonly stride: number }
  | { readonly kind: "global-average-pool1d" }
  | { readonly kind: "flatten" };

/**
 * The last layer, dense, with what is made of its scores and how an answer is judged:
 * - linear: the scores; mean squared error over the units
 * - logistic: each score's probability; mean log-loss over the units
 * - softmax: probabilities of `units` classes; cross-entropy
 */
export interface Output {
  readonly kind: "linear" | "logistic" | "softmax";
  readonly units: number;
}

export interface Architecture {
  readonly input: readonly [features: number] | readonly [steps: number, channels: number];
  readonly layers: readonly Layer[];
  readonly output: Output;
}

/** One member's examples, row after row. */
export interface Examples {
  /** n × inputs, finite, of magnitude at most 1e6. */
  readonly rows: Float32Array;
  /** n class indices for softmax, else n × units values: finite, for logistic 0 … 1. */
  readonly labels: Float32Array;
}

export interface TrainingOptions {
  readonly epochs: number;
  /** The last batch of an epoch holds what is left. */
  readonly batchSize: number;
  readonly learningRate: number;
  /** v ← momentum·v + gradient; weights ← weights − learningRate·v; v begins at 0 with every call. Default 0. */
  readonly momentum?: number | undefined;
  /** FedProx: adds µ·(weights − weights at the beginning) to each gradient. */
  readonly proximal?: { readonly mu: number } | undefined;
  /** Which row comes when, epoch after epoch: epochs × n indices. Default: as they lie. */
  readonly order?: Uint32Array | undefined;
}

export interface TrainingResult {
  /** Mean over the last epoch's rows, each with the weights before its batch's step. */
  readonly loss: number;
  readonly steps: number;
}

export interface Evaluation {
  readonly rows: number;
  /** Mean over the rows. */
  readonly loss: number;
  /** Rows whose class is the likeliest, or whose units all lie on their label's side of ½; 0 for linear outputs. */
  readonly correct: number;
}

/**
 * One model's arithmetic, single precision, resident: it keeps its memory between calls and nothing else. Weights are one flat
 * vector, tensor after tensor, kernels before biases, as `layoutOf` lists them.
 *
 * All methods throw PacelineError invalid_argument for a shape that does not fit, a number that is not finite or out of range, no
 * rows at all (but for predictions), and where the computation leaves the finite numbers; the weights then are as they were.
 */
export interface Trainer {
  /** Length of the weights. */
  readonly parameters: number;
  /** Numbers in one row. */
  readonly inputs: number;
  /** Numbers in one prediction. */
  readonly outputs: number;
  /** Stochastic gradient descent, in place. */
  train(weights: Float32Array, examples: Examples, options: TrainingOptions): TrainingResult;
  /** Of the mean loss over the rows. */
  gradient(weights: Float32Array, examples: Examples): { readonly loss: number; readonly gradient: Float32Array };
  /** n × outputs: values, or probabilities. */
  predict(weights: Float32Array, rows: Float32Array): Float32Array;
  /** n × outputs: the last layer's sums, such as log-odds, of which `predict` makes probabilities. */
  scores(weights: Float32Array, rows: Float32Array): Float32Array;
  evaluate(weights: Float32Array, examples: Examples): Evaluation;
  /** n × inputs: for each row the gradient of direction · scores by the row's numbers. @param direction one weight an output */
  inputGradient(weights: Float32Array, rows: Float32Array, direction: Float32Array): Float32Array;
}

/** The arithmetic of local training, behind a port: the same architecture gives the same updates, to single precision. */
export interface TrainingEngine {
  readonly name: string;
  /** @returns undefined where the engine has not all of the architecture's layers. @throws PacelineError invalid_argument for shapes that do not fit */
  open(architecture: Architecture): Trainer | undefined;
}
