// Steps of stochastic gradient descent: our engine, its plain TypeScript twin, and TensorFlow.js on its backends, by the same port and
// in turns. Every contender first has to come to our losses.
import { utf8 } from "../../src/base/bytes.ts";
import { initialWeights } from "../../src/learning/plan/weights.ts";
import { plainEngine } from "../../src/math/tensor/trainer.ts";
import { ownEngine } from "../../src/math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/wasm.ts";
import { findTfjs, tfjsSources } from "../../src/platform/tfjs/backend.ts";
import { tfjsEngine } from "../../src/platform/tfjs/engine.ts";
import type { Architecture, Trainer, TrainingEngine } from "../../src/ports/training-engine.ts";
import { type Contender, measure, type Row, runDelay, speedUp, type Timing } from "../harness.ts";
import { BATCH, cnn, examplesOf, mlp } from "./models.ts";

const LEARNING_RATE = 0.01;
const LOSS_MOST = 1e-5;

export const own = ownEngine(nodeWasm);

interface Running {
  readonly name: string;
  readonly engine: TrainingEngine;
  /** Of TensorFlow.js there is one at a time. */
  readonly select?: () => Promise<unknown>;
}

async function engines(): Promise<Running[]> {
  const found: Running[] = [
    { name: "own", engine: own },
    { name: "twin", engine: plainEngine },
  ];
  for (const source of tfjsSources.filter(({ backend }) => backend !== "cpu")) {
    const one = await findTfjs([source]);
    if (!("tf" in one)) continue;
    const { tf, backend } = one;
    found.push({ name: `tfjs ${backend}`, engine: tfjsEngine(tf, backend), select: () => tf.setBackend(backend) });
  }
  return found;
}

/** @param batches a call of the trainer */
function contender({ name, engine, select }: Running, architecture: Architecture, batches: number): Contender {
  const trainer = engine.open(architecture) as Trainer;
  const examples = examplesOf(architecture, BATCH * batches, "steps");
  const weights = initialWeights(architecture, utf8("bench"));
  const options = { epochs: 1, batchSize: BATCH, learningRate: LEARNING_RATE };
  return {
    name,
    waited: () => runDelay("self"),
    async seconds(iterations) {
      await select?.();
      const started = process.hrtime.bigint();
      for (let i = 0; i < iterations; i++) trainer.train(weights, examples, options);
      return Number(process.hrtime.bigint() - started) / 1e9;
    },
  };
}

async function checkLosses(running: readonly Running[], architecture: Architecture): Promise<void> {
  const examples = examplesOf(architecture, BATCH * 5, "check");
  const losses: number[] = [];
  for (const { engine, select } of running) {
    await select?.();
    const weights = initialWeights(architecture, utf8("bench"));
    const options = { epochs: 1, batchSize: BATCH, learningRate: LEARNING_RATE };
    losses.push((engine.open(architecture) as Trainer).train(weights, examples, options).loss);
  }
  for (const [i, loss] of losses.entries())
    if (!(Math.abs(loss - (losses[0] as number)) < LOSS_MOST))
      throw new Error(`${running[i]?.name} comes to a loss of ${loss}, ours is ${losses[0]}`);
}

export const STEPS = {
  mlp: "a step of 32 rows, dense 561-64-6",
  cnn: "a step of 32 rows, convolutions over 128 x 6",
} as const;

export async function stepRows(): Promise<Row[]> {
  const running = await engines();
  return [...(await rowsOf(running, STEPS.mlp, mlp, 20)), ...(await rowsOf(running, STEPS.cnn, cnn, 2))];
}

async function rowsOf(
  running: readonly Running[],
  name: string,
  architecture: Architecture,
  batches: number,
): Promise<Row[]> {
  await checkLosses(running, architecture);
  const timings = await measure(running.map((each) => contender(each, architecture, batches)));
  const timing = (who: string) => timings.find((each) => each.name === who);
  const ms = ({ seconds }: Timing) => (1e3 * seconds) / batches;
  const [ours, wasm, native] = [timing("own") as Timing, timing("tfjs wasm"), timing("tfjs tensorflow")];
  const twin = timing("twin") as Timing;
  return [
    {
      ...{ name, value: ms(ours), unit: "ms", status: wasm === undefined ? "peer-absent" : "measured" },
      ...(wasm === undefined ? {} : { peer: { name: wasm.name, value: ms(wasm) }, ratio: speedUp(ours, wasm) }),
      ...(native === undefined ? {} : { native: { value: ms(native), ratio: speedUp(ours, native) } }),
    },
    { name: `twin: ${name}`, value: ms(twin), unit: "ms", status: "measured" },
  ];
}
