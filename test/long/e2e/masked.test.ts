// A masked training through real processes: a coordinator that is killed at every named step and started again on its files, and a
// registrar of its own beside it. It goes on to the sum that its members make, or says that there is none.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import { maskedPoints } from "../../../src/aggregate/points.ts";
import { call } from "../../../src/api/call.ts";
import { maskedStages } from "../../../src/api/masked.ts";
import { coordinatorRoutes } from "../../../src/api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../../src/base/bytes.ts";
import { serveRegistrar } from "../../../src/issuer/index.ts";
import { nodeClock, nodeCrypto, openRegistrarKey } from "../../../src/platform/node/index.ts";
import { openDatabase } from "../../../src/storage/sqlite/index.ts";
import { encodeBundle } from "../../../src/task/bundle.ts";
import { verifyMaskedBundle } from "../../../src/verify/index.ts";
import { bearerAccount, lowFloors, maskedDraft } from "../../support/masked.ts";
import { openRound, type RawMember, rawMember, sumOf } from "../../support/masked-members.ts";
import { freePort, newPair, type Pair } from "../../support/processes.ts";

const COUNT = 8;
const draft = maskedDraft({
  cohort: { expected: COUNT, least: COUNT, most: COUNT },
  masked: { corrupt: 0.1, dropouts: 0.3, joinSeconds: 120, stageSeconds: 60 },
});

/** A coordinator that may be killed, and a registrar over a database and a key of its own. */
async function newMaskedPair(context: Pick<TestContext, "onTestFinished">) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-registrar-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const key = openRegistrarKey(join(folder, "registrar.keys"));
  const { publicKey } = key.signer;
  const pair: Pair = await newPair(context, { coordinator: { registrar: { url, key: toBase64Url(publicKey) } } });
  const register = fromBase64Url(pair.keys.coordinator.signingKey);
  const store = await openDatabase(join(folder, "registrar.sqlite"));
  const registrar = await serveRegistrar(
    {
      ...{ store, crypto: nodeCrypto, clock: nodeClock, key, url, authorise: bearerAccount, floors: lowFloors },
      coordinators: [{ url: pair.coordinator.url, registerKey: register }],
      log: () => undefined,
    },
    { hostname: "127.0.0.1", port },
  );
  context.onTestFinished(async () => {
    await registrar.stop(1000);
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const services = {
    ...{ transport: pair.transport, coordinatorUrl: pair.coordinator.url, registrarUrl: url },
    keys: { register, registrar: publicKey },
  };
  return { pair, services };
}

describe("kill -9", () => {
  // In each of the six stages once, when a few of its eight members have answered.
  const taken = maskedStages.map((_, stage) => ["coordinator:masked-taken", COUNT * stage + 3] as const);
  const others = maskedPoints.filter((point) => point !== "coordinator:masked-taken");
  const kills = [...others.map((point) => [point, 1] as const), ...taken];

  test.for(kills)("at %s, passed %i times", async ([point, passing], context) => {
    const { pair, services } = await newMaskedPair(context);
    await Promise.all([pair.start("coordinator", { kill: { point, passing } }), pair.start("helper")]);
    let deaths = 0;
    const revived = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await work();
      } catch (error) {
        if (deaths > 0) throw error;
        expect(await pair.ended("coordinator")).toEqual({ code: null, signal: "SIGKILL" });
        deaths++;
        await pair.start("coordinator");
        return undefined;
      }
    };
    const all = async () => (await call(pair.coordinator, coordinatorRoutes.trainings)).trainings;
    const advance = async (run: string) =>
      await call(pair.coordinator, coordinatorRoutes.steer, { parameters: { run }, body: { action: "advance" } });
    await revived(() => call(pair.coordinator, coordinatorRoutes.train, { body: { training: draft } }));
    const run = (await all())[0]?.run as string;
    await revived(() => advance(run));
    const round = await openRound(services);
    const members = Array.from({ length: COUNT }, (_, i) => rawMember(services, round, `member-${i}`));
    for (const member of members) await member.join();
    const answer = async (member: RawMember) => await revived(() => member.step());
    for (let turn = 0; turn < 12; turn++) {
      await revived(() => advance(run));
      for (const member of members) await answer(member);
      if ((await revived(all))?.[0]?.phase === "ended") break;
    }
    await revived(() => advance(run));
    expect(deaths).toBe(1);
    const [view] = await all();
    expect(view).toMatchObject({ phase: "ended", rhoSpent: "0.03", rounds: [{ task: toBase64Url(round.task) }] });
    const parameters = { task: toBase64Url(round.task) };
    const bundle = encodeBundle(await call(pair.coordinator, coordinatorRoutes.bundle, { parameters }));
    const { release } = await verifyMaskedBundle(nodeCrypto, bundle, services.keys);
    expect(release.values).toEqual(sumOf(members, 32));
    // One debit, however often the round was begun.
    const { debits, releases, epochs } = await call(pair.coordinator, coordinatorRoutes.ledger);
    expect([debits.length, releases.length]).toEqual([1, 0]);
    for (const { spent } of epochs) expect(spent).toBe(debits[0]?.rho);
  });
});
