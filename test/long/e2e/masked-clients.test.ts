// Masked trainings with the product's own clients: through the services in one process on a clock of their own, and through a coordinator
// and a registrar in processes and over sockets of their own.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import { call } from "../../../src/api/call.ts";
import { coordinatorRoutes } from "../../../src/api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../../src/base/bytes.ts";
import { formatDay } from "../../../src/base/calendar.ts";
import type { Client } from "../../../src/client/index.ts";
import { calibrationOf } from "../../../src/estimate/calibration.ts";
import { serveRegistrar } from "../../../src/issuer/index.ts";
import type { TrainingDraft } from "../../../src/learning/plan/training/draft.ts";
import { decodeModel } from "../../../src/learning/plan/training/model.ts";
import { nodeClock, nodeCrypto, openRegistrarKey } from "../../../src/platform/node/index.ts";
import type { Member } from "../../../src/records/types.ts";
import { population } from "../../../src/simulate/index.ts";
import { accuracyOf } from "../../../src/simulate/training/index.ts";
import { openDatabase } from "../../../src/storage/sqlite/index.ts";
import { encodeBundle } from "../../../src/task/bundle.ts";
import { verifyMaskedBundle } from "../../../src/verify/index.ts";
import { newDevices } from "../../e2e/members.ts";
import { top } from "../../house/files.ts";
import { bearerAccount, lowFloors, maskedDraft, registrarUrl } from "../../support/masked.ts";
import { standing } from "../../support/masked-standing.ts";
import { freePort, newPair } from "../../support/processes.ts";
import { lastDay } from "../../support/questions.ts";

const COUNT = 12;
const people = population({ seed: "masked clients", members: COUNT, lastDay });
const others = population({ seed: "whom nobody learnt from", members: 300, lastDay });
const STEPS = 12;

const registrarOf = (url: string, key: Uint8Array, nth: number) => ({
  ...{ url, key: toBase64Url(key), floors: lowFloors },
  headers: () => ({ authorization: `Bearer member-${nth}` }),
});

async function begunWith(rounds: number, rhoPerRound: string) {
  return await begunBy(
    people,
    maskedDraft({ rounds, rhoPerRound, cohort: { expected: COUNT, least: 8, most: COUNT } }),
  );
}
/** @param floors of the devices */
async function begunBy(members: readonly Member[], draft: TrainingDraft, floors: object = lowFloors) {
  const at = await standing({}, draft);
  const { registrar } = at.services.keys;
  const clients = members.map((member, i) =>
    at.cluster.client(member, { registrar: { ...registrarOf(registrarUrl, registrar, i), floors } }),
  );
  for (const client of clients) await client.consent.grant("model-training");
  return { at, clients };
}
type Begun = Awaited<ReturnType<typeof begunWith>>;
const syncAll = async (clients: readonly Client[]) => {
  for (const client of clients) await client.sync();
};
/** One round: everyone joins, its stages pass, and whoever is gone is waited for no longer than a stage. */
async function round({ at, clients }: Begun, gone: (step: number) => number = () => 0) {
  await syncAll(clients);
  at.pass(600);
  await at.advance();
  for (let step = 0; step < STEPS; step++) {
    await syncAll(clients.slice(gone(step)));
    if (gone(step) > 0) at.pass(61);
    await at.advance();
  }
}

describe("in one process", () => {
  test("members' own devices train a model, round by round, with nothing but the sums seen by anyone", async () => {
    const begun = await begunWith(2, "0.5");
    for (let i = 0; i < 2; i++) await round(begun);
    const { at, clients } = begun;
    const view = await at.cluster.coordinator.trainings.one(at.run);
    expect(view).toMatchObject({ phase: "ended", rhoSpent: "1", rounds: [{ number: 1 }, { number: 2 }] });
    const model = decodeModel(await at.cluster.coordinator.trainings.model(at.run));
    expect(Math.hypot(...model.weights)).toBeGreaterThan(0.05);
    for (const client of clients) {
      expect((await client.ledger()).every(({ spent }) => spent === 1)).toBe(true);
      expect((await client.log()).filter(({ rho }) => rho > 0)).toHaveLength(2);
    }
    // No aggregator but the one: the helper was told of nothing.
    expect(await at.cluster.helperStore.read((rows) => rows.tasks())).toEqual([]);
  });

  test("three in ten may fall silent after their vectors, and the round is done; one more, and it is asked again", async () => {
    const few = await begunWith(1, "0.5");
    await round(few, (step) => (step < 4 ? 0 : 3));
    expect(await few.at.cluster.coordinator.trainings.one(few.at.run)).toMatchObject({ phase: "ended" });
    const many = await begunWith(1, "0.5");
    await round(many, (step) => (step < 1 ? 0 : 5));
    const view = await many.at.cluster.coordinator.trainings.one(many.at.run);
    expect(view).toMatchObject({ phase: "running", rounds: [] });
    expect([view.round.attempts, view.abandoned.length].every((count) => count >= 1)).toBe(true);
    // Who stayed to hear it is told that there was no sum.
    const log = await (many.clients.at(-1) as Client).log();
    expect(log.length).toBeGreaterThan(1);
  });
});

test("the retention helper's training among sixty devices with the floors that they have by themselves", async () => {
  const file = readFileSync(join(top, "examples/retention-helper/training.json"), "utf8");
  const cohort = { expected: 60, least: 56, most: 60 };
  const draft: TrainingDraft = {
    ...JSON.parse(file),
    ...{ rounds: 2, rhoPerRound: "0.5", sharing: "masked", cohort, end: formatDay(lastDay) },
    masked: { corrupt: 0.05, dropouts: 0.3, joinSeconds: 600, stageSeconds: 60 },
  };
  const members = population({ seed: "retention helper", members: 60, lastDay });
  const begun = await begunBy(members, draft, {});
  for (let i = 0; i < 2; i++) await round(begun);
  const view = await begun.at.cluster.coordinator.trainings.one(begun.at.run);
  expect(view).toMatchObject({ phase: "ended", rounds: [{ scores: { ends: [0.3] } }, { scores: { ends: [0.3] } }] });
  const scores = view.rounds[1]?.scores;
  if (!scores) throw new Error("it is asked for");
  const { bins } = calibrationOf(scores);
  // Some twenty are held out, with noise of a few: their number is within six deviations of it.
  const counted = bins.reduce((sum, bin) => sum + bin.members, 0);
  expect(Math.abs(counted - 18)).toBeLessThan(6 * scores.noiseSd * 2 + 12);
});

/** A coordinator and a helper in processes of their own, a registrar over its own database, and devices. */
async function newServices(context: Pick<TestContext, "onTestFinished">) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-registrar-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const key = openRegistrarKey(join(folder, "registrar.keys"));
  const { publicKey } = key.signer;
  const pair = await newPair(context, {
    noise: "exact",
    coordinator: { registrar: { url, key: toBase64Url(publicKey) } },
  });
  const store = await openDatabase(join(folder, "registrar.sqlite"));
  const registrar = await serveRegistrar(
    {
      ...{ store, crypto: nodeCrypto, clock: nodeClock, key, url, authorise: bearerAccount, floors: lowFloors },
      coordinators: [{ url: pair.coordinator.url, registerKey: fromBase64Url(pair.keys.coordinator.signingKey) }],
      log: () => undefined,
    },
    { hostname: "127.0.0.1", port },
  );
  context.onTestFinished(async () => {
    await registrar.stop(1000);
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await Promise.all([pair.start("coordinator"), pair.start("helper")]);
  return {
    pair,
    registrarUrl: url,
    keys: { register: fromBase64Url(pair.keys.coordinator.signingKey), registrar: publicKey },
  };
}

test("in processes of their own: clients join, train, and verify what was made of it", async (context) => {
  const { pair, registrarUrl: url, keys } = await newServices(context);
  const draft = maskedDraft({
    ...{ rounds: 1, rhoPerRound: "1" },
    cohort: { expected: COUNT, least: COUNT, most: COUNT },
    masked: { corrupt: 0.1, dropouts: 0.3, joinSeconds: 120, stageSeconds: 60 },
  });
  const { run } = await call(pair.coordinator, coordinatorRoutes.train, { body: { training: draft } });
  const advance = () =>
    call(pair.coordinator, coordinatorRoutes.steer, { parameters: { run }, body: { action: "advance" } });
  const { clients } = await newDevices(pair, {
    members: people,
    change: (i) => ({ registrar: registrarOf(url, keys.registrar, i) }),
  });
  for (const client of clients) await client.consent.grant("model-training");
  let view = await advance();
  for (let turn = 0; turn < 24 && view.phase === "running"; turn++) {
    for (const client of clients) await client.sync();
    view = await advance();
  }
  expect(view).toMatchObject({ phase: "ended", rhoSpent: "1", rounds: [{ number: 1 }] });
  const parameters = { task: view.rounds[0]?.task as string };
  const bundle = encodeBundle(await call(pair.coordinator, coordinatorRoutes.bundle, { parameters }));
  const { release } = await verifyMaskedBundle(nodeCrypto, bundle, keys);
  expect(release.values.length).toBeGreaterThan(1);
  const model = decodeModel((await call(pair.coordinator, coordinatorRoutes.model, { parameters: { run } })).model);
  expect(accuracyOf(model, others, lastDay + 1).cases).toBeGreaterThan(200);
  for (const client of clients) {
    const log = await client.log();
    expect(log.every(({ delivered }) => delivered)).toBe(true);
    expect(log).toHaveLength(7);
  }
});
