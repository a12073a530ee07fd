// Tokens are the budget: both aggregators take a report with exactly its task's tokens, signed, and each token once.
import { describe, expect, test } from "vitest";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { tokensExtension } from "../../src/protocol/privacypass/extension.ts";
import type { Token } from "../../src/protocol/privacypass/token.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { forge, honestShares } from "../support/forge.ts";
import { contributionOf, newRound, tallies } from "../support/rounds.ts";
import { newTestIssuer } from "../support/tokens.ts";

async function setting(more = {}) {
  const issuer = await newTestIssuer(20_000_000n, 4_000_000_000n);
  const { terms } = issuer;
  const cluster = newCluster({ noise: noNoise, terms: { tokens: terms, ...more }, policy: { tokens: terms } });
  const round = await newRound(cluster);
  const { manifest, reporter } = round;
  const count = manifest.tokens?.count ?? 0;
  const report = async (tokens: readonly Token[], value = 62) =>
    (await reporter.seal(contributionOf(manifest, value), tokens)).bytes;
  return { issuer, cluster, round, count, report };
}

describe("a task that costs tokens", () => {
  test("states ⌈ρ/ρ₀⌉ of them, and its batch is released", async () => {
    const { issuer, cluster, round, count, report } = await setting();
    expect(BigInt(count)).toBe((BigInt(round.manifest.rho) + 19_999_999n) / 20_000_000n);
    expect(count).toBeGreaterThan(1);
    for (let i = 0; i < 5; i++) expect(await round.send(await report(await issuer.tokens(count)))).toBeUndefined();
    await cluster.coordinator.collect(round.id);
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader.accepted, helper.accepted]).toEqual([5, 5]);
  });

  test("reports with too few, too many, unsigned, twice the same or no tokens are not taken", async () => {
    const { issuer, cluster, round, count, report } = await setting();
    const tokens = await issuer.tokens(count + 1);
    const [first] = tokens as [Token];
    const unsigned = { nonce: nodeEntropy.bytes(32), authenticator: first.authenticator };
    const other = await newTestIssuer(20_000_000n, 4_000_000_000n);
    for (const wrong of [
      ...[[], tokens, tokens.slice(0, count - 1), [...tokens.slice(1, count), unsigned]],
      ...[[...tokens.slice(0, count - 1), first], await other.tokens(count)],
    ])
      expect(await round.send(await report(wrong))).toBe("invalid_message");
    const shape = (data: Uint8Array, type: number) =>
      forge(round.bytes, (manifest, context, id) => honestShares(manifest, 0, context, id), {
        publicExtensions: [{ type, data }],
      });
    const { data } = tokensExtension(tokens.slice(0, count));
    expect(await round.send(await shape(data.subarray(1), 0xff54))).toBe("invalid_message");
    expect(await round.send(await shape(data, 0xff55))).toBe("invalid_message");
    expect((await tallies(cluster, round.id)).leader.pending).toBe(0);
    // what was refused is not spent
    expect(await round.send(await report(tokens.slice(0, count)))).toBeUndefined();
  });

  test("a token is spent once, whatever the report and the task; the same report again is a replay", async () => {
    const { issuer, cluster, round, count, report } = await setting();
    const tokens = await issuer.tokens(2 * count);
    const bytes = await report(tokens.slice(0, count));
    expect(await round.send(bytes)).toBeUndefined();
    expect(await round.send(bytes)).toBe("report_replayed");
    expect(await round.send(await report(tokens.slice(0, count)))).toBe("report_dropped");
    expect(await round.send(await report(tokens.slice(1, count + 1)))).toBe("report_dropped");
    expect(await round.send(await report(tokens.slice(count)))).toBeUndefined();
    expect((await tallies(cluster, round.id)).leader.pending).toBe(2);
  });

  test("the helper refuses by its own database what the leader let pass", async () => {
    const { issuer, cluster, round, count, report } = await setting();
    const spent = await issuer.tokens(count);
    for (let i = 0; i < 5; i++) expect(await round.send(await report(await issuer.tokens(count)))).toBeUndefined();
    expect(await round.send(await report(spent))).toBeUndefined();
    // The helper knows these from another task; the leader has forgotten, or never cared.
    await cluster.helperStore.transaction((rows) =>
      rows.spendTokens(issuer.key.id, [spent[0]?.nonce.slice(0, 16) as Uint8Array]),
    );
    await cluster.coordinator.collect(round.id);
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader.accepted, leader.rejected, helper.accepted, helper.rejected]).toEqual([5, 1, 5, 1]);
  });

  test.each(["coordinatorStore", "helperStore"] as const)(
    "a wrong bit in the row of a spent token at one of the two (%s) lets none count twice",
    async (damaged) => {
      const { issuer, cluster, round, count, report } = await setting({ jobReports: 5 });
      const spent = await issuer.tokens(count);
      const names = spent.map(({ nonce }) => nonce.slice(0, 16));
      expect(await round.send(await report(spent))).toBeUndefined();
      for (let i = 0; i < 4; i++) expect(await round.send(await report(await issuer.tokens(count)))).toBeUndefined();
      await cluster.coordinator.work();
      await expect.poll(async () => (await tallies(cluster, round.id)).helper.accepted).toBe(5);
      await cluster[damaged].transaction(async (rows) => {
        const others = await rows.forgetSpent(issuer.key.id, 1000);
        expect(others).toBe(5 * count);
        for (const name of names) name[7] = (name[7] ?? 0) ^ 16;
        expect(await rows.spendTokens(issuer.key.id, names)).toBe(true);
      });
      const said = await round.send(await report(spent));
      expect(said).toBe(damaged === "helperStore" ? "report_dropped" : undefined);
      await cluster.coordinator.collect(round.id);
      const { leader, helper } = await tallies(cluster, round.id);
      expect([leader.accepted, helper.accepted]).toEqual([5, 5]);
    },
  );

  test("the helper signs tasks of its own issuer's terms alone", async () => {
    const [one, two] = [await newTestIssuer(), await newTestIssuer()];
    for (const [terms, policy] of [
      [one.terms, undefined],
      [undefined, one.terms],
      [one.terms, two.terms],
      [one.terms, { ...one.terms, rho: "1000000" }],
    ] as const)
      await expect(
        newRound(
          newCluster({ ...(terms && { terms: { tokens: terms } }), ...(policy && { policy: { tokens: policy } }) }),
        ),
      ).rejects.toMatchObject({ code: "policy_refused" });
  });

  test("where none is configured, a report with tokens is not taken", async () => {
    const issuer = await newTestIssuer();
    const round = await newRound(newCluster({ noise: noNoise }));
    const { manifest, reporter } = round;
    const contribution = contributionOf(manifest, 62);
    const { bytes } = await reporter.seal(contribution, await issuer.tokens(1));
    expect(await round.send(bytes)).toBe("invalid_message");
  });

  test("that would cost more tokens than a report carries is not asked", async () => {
    const { terms } = await newTestIssuer(1_000n, 500_000n);
    const cluster = newCluster({ terms: { tokens: terms }, policy: { tokens: terms } });
    await expect(newRound(cluster)).rejects.toMatchObject({ code: "policy_refused" });
  });
});
