// What a training decides by itself, and what its devices keep to, through both services in processes of their own.
import { expect, test } from "vitest";
import { call } from "../../../src/api/call.ts";
import { coordinatorRoutes } from "../../../src/api/routes.ts";
import { localUpdate } from "../../../src/learning/device/contribution.ts";
import { examplesOf } from "../../../src/learning/device/examples.ts";
import { normOf } from "../../../src/learning/device/rounding.ts";
import type { TrainingDraft } from "../../../src/learning/plan/training/draft.ts";
import { decodeModel } from "../../../src/learning/plan/training/model.ts";
import { nextClip } from "../../../src/learning/server/riders.ts";
import { nodeClock, nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import type { TransportRequest } from "../../../src/ports/transport.ts";
import { plainTrainer } from "../../../src/simulate/training/index.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { expectLedgersToHold } from "../../e2e/durable.ts";
import { syncAll } from "../../e2e/members.ts";
import { testLimits } from "../../support/cluster.ts";
import { addToRound } from "../../support/modified-client.ts";
import type { Pair } from "../../support/processes.ts";
import { lastDay, newPupils, newTrainingPair, pupils, trainingDraft } from "../../support/training-pair.ts";

type Context = Parameters<typeof newTrainingPair>[0];

async function training(context: Context, noise: "exact" | "zero", draft: Partial<TrainingDraft>) {
  const pair = await newTrainingPair(context, { noise });
  await Promise.all([pair.start("coordinator"), pair.start("helper")]);
  const { run } = await call(pair.coordinator, coordinatorRoutes.train, { body: { training: trainingDraft(draft) } });
  const view = () => call(pair.coordinator, coordinatorRoutes.training, { parameters: { run } });
  const model = async () =>
    decodeModel((await call(pair.coordinator, coordinatorRoutes.model, { parameters: { run } })).model);
  const advance = () =>
    call(pair.coordinator, coordinatorRoutes.steer, { parameters: { run }, body: { action: "advance" } });
  return { pair, view, model, advance };
}

/** With ρ = 0.5 a round and 40 of 80 held out, the noise in an accuracy has a standard deviation of 0.025. */
const judged = (count: number): Partial<TrainingDraft> => ({
  cohort: { expected: count, least: count, most: count },
  rhoPerRound: "0.5",
  evaluation: { heldOut: 0.5, losses: [0.5, 1] },
});
const COUNT = 80;

test("a round that a modified client spoils is seen by the members who are held out, and taken back", async (context) => {
  const { pair, view, model, advance } = await training(context, "exact", {
    ...judged(COUNT),
    rounds: 5,
    decisions: { rollback: { certainty: 4, patience: 1, most: 2 } },
  });
  const clients = await newPupils(pair, { count: COUNT });
  await syncAll(clients);
  await advance();
  // It joins the second round in the place of another, with a hundred clips against what was learnt.
  await syncAll(clients.slice(0, -1));
  const { weights } = await model();
  const norm = normOf(weights);
  await addToRound(pair, (cells) =>
    Array.from({ length: cells }, (_, i) => (i < weights.length ? (-150 * (weights[i] as number)) / norm : 0)),
  );
  await advance();
  const spoilt = await model();
  expect(normOf(spoilt.weights.map((w, i) => w - (weights[i] as number)))).toBeGreaterThan(5);
  for (let round = 3; round <= 5; round++) {
    await syncAll(clients);
    await advance();
  }
  const { rounds, phase, rollbacks, rhoSpent } = await view();
  expect(rounds.map(({ decision }) => decision)).toEqual(["continue", "continue", "rollback", "continue", "continue"]);
  expect({ phase, rollbacks, rhoSpent }).toEqual({ phase: "ended", rollbacks: 1, rhoSpent: "2.5" });
  const accuracies = rounds.map(({ metric }) => metric?.accuracy as number);
  expect((accuracies[1] as number) - (accuracies[2] as number)).toBeGreaterThan(0.2);
  // It goes on from the model before, and ends about as good as that was: 4 deviations of two noises.
  expect(rounds[3]?.model).toBe(rounds[1]?.model);
  expect(accuracies[4]).toBeGreaterThan((accuracies[1] as number) - 4 * 0.025 * Math.SQRT2);
  expectLedgersToHold(pair);
});

test("a training that learns nothing more ends before its last round, and asks and spends nothing further", async (context) => {
  const { pair, view, advance } = await training(context, "exact", {
    ...judged(COUNT),
    rounds: 5,
    optimiser: { kind: "fedavg", learningRate: 0.001 },
    decisions: { stop: { certainty: 1, patience: 1, gain: 0.2 } },
  });
  const clients = await newPupils(pair, { count: COUNT });
  for (let round = 1; round <= 5 && (await view()).phase === "running"; round++) {
    await syncAll(clients);
    await advance();
  }
  const { phase, because, rounds, rhoSpent } = await view();
  expect(phase).toBe("ended");
  // The first step away from weights of 0 may still be a gain.
  expect(rounds.length).toBeLessThan(5);
  expect(rounds.map(({ decision }) => decision)).toEqual([...rounds.slice(1).map(() => "continue"), "stop"]);
  expect(rhoSpent).toBe(`${0.5 * rounds.length}`);
  expect(because).toMatch(/^the last 1 evaluations are better than those before by -?0\.\d+, with 1 standard/);
  const [before, last] = rounds.slice(-2).map(({ metric }) => metric as NonNullable<typeof metric>);
  const gained = (last?.accuracy as number) - (before?.accuracy as number);
  expect(gained + Math.hypot(last?.noiseSd as number, before?.noiseSd as number)).toBeLessThan(0.2);
  // Nothing more is asked.
  expect(await syncAll(clients)).toEqual({});
  expectLedgersToHold(pair);
});

test("a clip follows the updates' own sizes by noised bits, which cost a part of the round's ρ", async (context) => {
  const plan = { quantile: 0.5, rate: 1, share: 0.1, least: 0.01, most: 10 };
  const { pair, view, model, advance } = await training(context, "zero", { rounds: 3, clip: 0.3, adaptiveClip: plan });
  const clients = await newPupils(pair);
  for (let round = 1; round <= 3; round++) {
    const { training: asked, weights } = await model();
    const norms = pupils().map(({ days }) => {
      const examples = examplesOf(days, asked, lastDay + 1, builtIn);
      return examples.count === 0 ? undefined : normOf(localUpdate(plainTrainer(asked), asked, weights, examples));
    });
    const { clip } = asked.update;
    const bits = norms.reduce<number>((sum, norm) => sum + (norm === undefined ? 0 : norm <= clip ? 1 : -1), 0);
    await syncAll(clients);
    await advance();
    const next = (await model()).training.update;
    // Rounding moves a bit by some millionths.
    expect(next.clip).toBeCloseTo(nextClip(clip, bits, norms.length, plan), 4);
    // The integers stay within the same bounds: scale times clip.
    expect(next.scale * next.clip).toBeCloseTo(asked.update.scale * clip, 3);
  }
  const clips = (await view()).rounds.map(({ clip }) => clip);
  expect(new Set(clips).size).toBeGreaterThan(1);
});

/** Clients that tell what they sent, each on its own. */
async function watchedPupils(pair: Pair, rhoPerEpoch: (index: number) => number) {
  const sent: TransportRequest[][] = pupils().map(() => []);
  const clients = await newPupils(pair, {
    change: (index) => ({
      limits: { ...testLimits, rhoPerEpoch: rhoPerEpoch(index), windowAgeDaysMax: 3650 },
      platform: {
        ...{ crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock },
        transport: {
          send(request: TransportRequest) {
            sent[index]?.push(request);
            return pair.transport.send(request);
          },
        },
      },
    }),
  });
  return { clients, sent };
}

test("a device at its own limit goes on answering with as many bytes, and with nothing in them", async (context) => {
  const { pair, view, model, advance } = await training(context, "zero", { rounds: 3, rhoPerRound: "0.03" });
  // Two rounds of ρ = 0.03 fit in 0.07, none in 0.02; the others have room.
  const caps = [0.07, 0.02, ...new Array<number>(6).fill(3)];
  const { clients, sent } = await watchedPupils(pair, (index) => caps[index] as number);
  for (let round = 1; round <= 3; round++) {
    for (const results of await Promise.all(clients.map((client) => client.sync())))
      expect(results).toMatchObject([{ outcome: "sent" }]);
    await advance();
  }
  const shape = (requests: readonly TransportRequest[]) =>
    requests.map(({ method, url, body, headers }) => [
      method,
      url.replace(/after=[^&]*/, ""),
      body?.length,
      Object.keys(headers ?? {}),
    ]);
  for (const requests of sent) expect(shape(requests)).toEqual(shape(sent[7] as TransportRequest[]));
  for (const [i, client] of clients.entries()) {
    const ledger = await client.ledger();
    expect(ledger.length > 0).toBe((caps[i] as number) >= 0.03);
    for (const { epoch, spent } of ledger) expect(epoch.length === 4 || spent <= (caps[i] as number)).toBe(true);
    const told = (await client.log()).map(({ rho, nullBecause }) => [rho, /own limit/.test(nullBecause ?? "")]);
    const all = [1, 2, 3].map((round) => 0.03 * round <= (caps[i] as number));
    expect(told).toEqual(all.map((fits) => [fits ? 0.03 : 0, !fits]));
  }
  expect(await view()).toMatchObject({ phase: "ended", rhoSpent: "0.09" });
  expect(normOf((await model()).weights)).toBeGreaterThan(0.1);
  expectLedgersToHold(pair);
});
