import { describe, expect, test } from "vitest";
import { leafHash, verifyInclusion } from "../../src/audit/merkle.ts";
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { Writer } from "../../src/base/codec.ts";
import { fail } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { openEnvelope } from "../../src/task/envelope.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise, urls } from "../support/cluster.ts";
import { binsOf, manifestOf, smallQuestion } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";

const rho = BigInt(manifestOf().rho);

describe("asking", () => {
  test("the same question a thousand times is one debit, one task and one answer", async () => {
    const cluster = newCluster();
    const round = await newRound(cluster);
    await round.fill([50, 50, 65, 65, 80]);
    const release = await cluster.coordinator.collect(round.id);
    for (let i = 0; i < 1000; i++) {
      const asked = await cluster.coordinator.ask({
        ...smallQuestion,
        name: `name-${i}`,
        title: `Words ${i}`,
        privacy: { epsilon: i % 2 === 0 ? "1" : "1.0" },
      });
      expect(asked).toMatchObject({ task: round.text, state: "settled" });
      if (i % 10 === 0) expect(await cluster.coordinator.collect(round.id)).toEqual(release);
      if (i % 10 === 5) expect(await cluster.coordinator.release(round.id)).toEqual(release);
    }
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      await store.transaction(async (rows) => {
        expect(await rows.events()).toHaveLength(1);
        expect((await rows.budgets()).map(({ spent }) => spent)).toEqual([rho, rho, rho, rho]);
      });
    expect((await cluster.coordinatorStore.transaction((rows) => rows.leaves())).length).toBe(1);
  });

  test("the same question many times at once is one debit", async () => {
    const cluster = newCluster();
    const answers = await Promise.all(Array.from({ length: 20 }, () => cluster.coordinator.ask(smallQuestion)));
    expect(new Set(answers.map(({ task }) => task)).size).toBe(1);
    expect((await cluster.coordinator.ledger()).debits).toHaveLength(1);
    expect(await cluster.coordinator.tasks()).toHaveLength(1);
  });

  test("over the cap is refused before anybody is asked", async () => {
    const cluster = newCluster({ terms: { epochCap: rho } });
    await cluster.coordinator.ask(smallQuestion);
    const before = cluster.traffic.length;
    await expect(cluster.coordinator.ask({ ...smallQuestion, privacy: { epsilon: "0.5" } })).rejects.toMatchObject({
      code: "budget_exhausted",
    });
    expect(cluster.traffic).toHaveLength(before);
    expect(await cluster.coordinator.tasks()).toHaveLength(1);
    const { epochs } = await cluster.coordinator.ledger();
    expect(epochs.every(({ spent, cap }) => BigInt(spent) <= BigInt(cap))).toBe(true);
  });

  test("below its own floor, or not plannable, costs nothing", async () => {
    const cluster = newCluster();
    await expect(cluster.coordinator.ask({ ...smallQuestion, minCohort: 4 })).rejects.toMatchObject({
      code: "policy_refused",
    });
    for (const wrong of [
      { ...smallQuestion, select: binsOf("mood", [0, 1]) },
      { ...smallQuestion, select: binsOf("rhr", [0, 1]) },
      {},
      null,
    ])
      await expect(cluster.coordinator.ask(wrong)).rejects.toMatchObject({ code: "invalid_query" });
    expect(await cluster.coordinator.ledger()).toEqual({ epochs: [], debits: [], releases: [] });
  });

  test("a helper whose signature is another's is not believed", async () => {
    const strange = nodeCrypto.ed25519Generate();
    const cluster = newCluster();
    const wrongKey = newCluster({
      terms: {
        helper: {
          url: urls.helper,
          token: "leader-token",
          signingKey: strange.public,
          hpke: fromBase64Url((await newRound(cluster)).manifest.aggregators.helper.hpke),
        },
      },
    });
    await expect(wrongKey.coordinator.ask(smallQuestion)).rejects.toMatchObject({
      code: expect.stringMatching(/verification_failed|policy_refused/),
    });
    expect(await wrongKey.coordinator.tasks()).toEqual([]);
  });

  test("explaining asks the helper for its rules and its books, and changes neither ledger", async () => {
    const cluster = newCluster();
    expect(await cluster.coordinator.explain(smallQuestion)).toMatchObject({
      cost: { rho: `${Number(rho) / 1e9}` },
      cells: 3,
    });
    const asked = cluster.traffic.map(({ url }) => url.slice(urls.helper.length));
    expect(asked.sort()).toEqual(["/v1/heads", "/v1/ledger", "/v1/partner", "/v1/manifests/check"].sort());
    expect((await cluster.coordinator.ledger()).debits).toEqual([]);
  });
});

describe("the register", () => {
  test("shows open tasks as envelopes that open under both keys; settled ones are gone", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    const [envelope] = await cluster.coordinator.tasks();
    if (envelope === undefined) throw new Error("one task");
    const { coordinator, helper } = cluster.keyrings;
    const opened = await openEnvelope(nodeCrypto, envelope, {
      register: coordinator.signer.publicKey,
      helper: helper.signer.publicKey,
    });
    expect(opened.bytes).toEqual(round.bytes);
    await round.fill([50, 50, 65, 65, 80]);
    await cluster.coordinator.collect(round.id);
    expect(await cluster.coordinator.tasks()).toEqual([]);
  });
});

describe("collecting", () => {
  test("many times at once settles once", async () => {
    const cluster = newCluster();
    const round = await newRound(cluster);
    await round.fill([50, 50, 65, 65, 80, 80]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => cluster.coordinator.collect(round.id)));
    expect(new Set(answers.map((bytes) => toBase64Url(bytes))).size).toBe(1);
    expect(await cluster.coordinatorStore.transaction((rows) => rows.leaves())).toHaveLength(1);
  });

  test("too small a batch stays open, and what comes later is counted with it", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    await round.fill([50, 50]);
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "invalid_batch_size" });
    expect(await cluster.coordinator.tasks()).toHaveLength(1);
    await expect(cluster.coordinator.release(round.id)).rejects.toMatchObject({ code: "conflict" });
    await round.fill([65, 65, 80]);
    expect(decodeRelease(await cluster.coordinator.collect(round.id)).values).toEqual([2, 2, 1]);
  });

  test("a crash between the helper's answer and the leader's batch changes nothing: the same noise goes on", async () => {
    let crash = true;
    const draws: string[] = [];
    const cluster = newCluster({
      noise: (task, rows) => {
        draws.push(task.role);
        return new Array<bigint>(rows).fill(BigInt(draws.length));
      },
      passing: (point) => {
        if (point === "coordinator:share-received" && crash) fail("unavailable", "crashed here");
      },
    });
    const round = await newRound(cluster);
    await round.fill([50, 50, 65, 65, 80]);
    for (let i = 0; i < 3; i++)
      await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ message: "crashed here" });
    crash = false;
    expect(decodeRelease(await cluster.coordinator.collect(round.id)).values).toEqual([2 + 3, 2 + 3, 1 + 3]);
    expect(draws).toEqual(["helper", "leader"]);
  });

  test("a task nobody asked is unknown", async () => {
    const cluster = newCluster();
    for (const attempt of [
      cluster.coordinator.collect(new Uint8Array(32)),
      cluster.coordinator.upload(new Uint8Array(32), new Uint8Array(0)),
    ])
      await expect(attempt).rejects.toMatchObject({ code: "unknown_task" });
    await expect(cluster.coordinator.release(new Uint8Array(32))).rejects.toMatchObject({ code: "not_found" });
    await expect(cluster.coordinator.trainings.model("A".repeat(22))).rejects.toMatchObject({ code: "not_found" });
  });
});

test("the audit log: each release has a leaf under a signed checkpoint", async () => {
  const cluster = newCluster({ noise: noNoise });
  const releases: Uint8Array[] = [];
  for (const epsilon of ["1", "0.5", "0.25"]) {
    const round = await newRound(cluster, { ...smallQuestion, privacy: { epsilon } });
    await round.fill([50, 50, 65, 65, 80]);
    releases.push(await cluster.coordinator.collect(round.id));
  }
  for (const [index, release] of releases.entries()) {
    const { leaf, size, root, proof, signature } = await cluster.coordinator.audit(index);
    expect(size).toBe(3);
    expect(JSON.parse(fromUtf8(leaf))).toMatchObject({ release: toBase64Url(nodeCrypto.sha256(release)) });
    expect(await verifyInclusion(nodeCrypto, { leaf, index, size, root, proof })).toBe(true);
    expect(await leafHash(nodeCrypto, leaf)).not.toEqual(root);
    const signed = concat(utf8("paceline checkpoint v1\n"), new Writer().u64(size).fixed(root).done());
    expect(nodeCrypto.ed25519Verify(cluster.keyrings.coordinator.signer.publicKey, signed, signature)).toBe(true);
  }
});
