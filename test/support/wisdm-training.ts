// Trainings on WISDM by the product's own code in simulation: people as devices.
import { utf8 } from "../../src/base/bytes.ts";
import type { Layer } from "../../src/learning/plan/architecture.ts";
import type { OptimiserPlan } from "../../src/learning/plan/optimiser.ts";
import { initialWeights } from "../../src/learning/plan/weights.ts";
import { ownEngine } from "../../src/math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/wasm.ts";
import type { Architecture, Trainer } from "../../src/ports/training-engine.ts";
import { simulateLocal } from "../../src/simulate/training/engine/local.ts";
import { type Measured, measure } from "../../src/simulate/training/engine/measure.ts";
import { type LocalRunner, simulateTraining } from "../../src/simulate/training/engine/rounds.ts";
import { poolsOf, type StudiedPerson } from "../../src/simulate/training/study/people.ts";
import { standardiser } from "../../src/simulate/training/study/standardise.ts";
import { setupFor } from "../../src/simulate/training/study/study.ts";
import { CLASSES, FEATURES, type Person, type Split } from "./wisdm.ts";

const engine = ownEngine(nodeWasm);
const runner: LocalRunner = { size: 1, local: async (job) => simulateLocal(engine, job) };

export interface Config {
  readonly layers: readonly Layer[];
  /** Each column a second time, less the person's own mean. */
  readonly personal: boolean;
  readonly rounds: number;
  readonly optimiser: OptimiserPlan;
  /** Far above any update: none. */
  readonly clip: number;
  readonly epsilon: number | null;
  readonly members: number;
}

const DELTA = 1e-5;

function examples({ user }: Person, windows: Person["train"]): StudiedPerson {
  return { rows: windows.map(({ values }) => values), labels: windows.map(({ label }) => label), group: user };
}

/** Trains on the training people's windows; measures on those kept aside and on the people held out. */
export async function trainWisdm(
  { training, heldOut }: Split,
  config: Config,
  seed: string,
): Promise<{ readonly inUser: Measured; readonly heldOut: Measured }> {
  const inputs = config.personal ? 2 * FEATURES : FEATURES;
  const pools = poolsOf(
    { people: [], inputs, prepare: standardiser(FEATURES, config.personal) },
    training.map((person) => ({ train: examples(person, person.train), test: examples(person, person.test) })),
    heldOut.map((person) => examples(person, person.test)),
  );
  const architecture: Architecture = {
    input: [inputs],
    layers: config.layers,
    output: { kind: "softmax", units: CLASSES.length },
  };
  const setup = setupFor(
    {
      training: {
        title: "WISDM",
        bits: 32,
        architecture,
        initial: initialWeights(architecture, utf8(seed)),
        local: { epochs: 2, batchSize: 32, learningRate: 0.05, momentum: 0, proximal: 0 },
        ...{ clip: config.clip, optimiser: config.optimiser, rounds: config.rounds },
      },
      ...{ delta: DELTA, noise: { kind: "two-aggregators" } },
    },
    config.members,
    config.epsilon,
  );
  const { weights } = await simulateTraining(
    setup,
    pools.training,
    { members: config.members, dropout: 0, seed },
    runner,
  );
  const trainer = engine.open(architecture) as Trainer;
  if (pools.inUser === undefined) throw new Error("every person has windows that are kept aside");
  return {
    inUser: measure(trainer, weights, pools.inUser, architecture.output),
    heldOut: measure(trainer, weights, pools.heldOut, architecture.output),
  };
}

const FOLDS = 5;

/** Mean accuracy on people of the training people who are held out in turn: what hyper-parameters are chosen by. */
export async function innerAccuracy({ training }: Split, config: Config, seed: string): Promise<number> {
  let [right, rows] = [0, 0];
  for (let fold = 0; fold < FOLDS; fold++) {
    const inner: Split = {
      training: training.filter((_, i) => i % FOLDS !== fold),
      heldOut: training
        .filter((_, i) => i % FOLDS === fold)
        .map((person) => ({ ...person, train: [], test: [...person.train, ...person.test] })),
    };
    const { heldOut } = await trainWisdm(inner, config, `${seed}/inner ${fold}`);
    right += heldOut.accuracy * heldOut.rows;
    rows += heldOut.rows;
  }
  return right / rows;
}

/** The one of several with the best inner accuracy. */
export async function chosenOf<C extends Config>(split: Split, configs: readonly C[], seed: string): Promise<C> {
  let [best, most] = [configs[0] as C, -1];
  for (const config of configs) {
    const accuracy = await innerAccuracy(split, config, seed);
    if (accuracy > most) [best, most] = [config, accuracy];
  }
  return best;
}
