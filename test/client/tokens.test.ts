// Where an issuer runs, tokens are the member's year: through both services, on devices that are reset, shared and lied to.
import { describe, expect, test } from "vitest";
import type { Client, ClientOptions } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { type Cluster, newCluster, noNoise } from "../support/cluster.ts";
import { nowSeconds, steadyMember } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";
import { issuerUrl, newTestIssuer } from "../support/tokens.ts";
import { device } from "./harness.ts";

type Issuer = Awaited<ReturnType<typeof newTestIssuer>>;

/** Sends to the issuer what is meant for it. @param spoil what becomes of its answers */
function joined(
  cluster: Cluster,
  issuer: Issuer,
  spoil: (answer: Uint8Array) => Uint8Array | undefined = (same) => same,
) {
  const asked: Uint8Array[] = [];
  const transport: Transport = {
    async send(request) {
      if (!request.url.startsWith(issuerUrl)) return await cluster.transport.send(request);
      asked.push(request.body as Uint8Array);
      const { method, headers = {}, body } = request;
      const response = await issuer.fetch(
        new Request(request.url, { method, headers, body: body as Uint8Array<ArrayBuffer> }),
      );
      const answer = new Uint8Array(await response.arrayBuffer());
      const spoiled = response.status === 200 ? spoil(answer) : answer;
      if (spoiled === undefined) return { status: 502, headers: {}, body: new Uint8Array(0) };
      return { status: response.status, headers: Object.fromEntries(response.headers), body: spoiled };
    },
  };
  return { transport, asked };
}

/** Every task of `count` tokens; a year is worth `perYear` of them. */
async function setting(perYear: number, spoil?: Parameters<typeof joined>[2]) {
  const probe = await newRound(newCluster({ noise: noNoise }));
  const rho = BigInt(probe.manifest.rho);
  const issuer = await newTestIssuer(rho / 2n + 1n, (rho / 2n + 1n) * BigInt(perYear));
  const { terms } = issuer;
  const cluster = newCluster({ noise: noNoise, terms: { tokens: terms }, policy: { tokens: terms } });
  const { transport, asked } = joined(cluster, issuer, spoil);
  const own = (
    account: string,
    store: DeviceStore = memoryDeviceStore(),
    sender: Transport = transport,
    shown: Cluster = cluster,
  ) => {
    const tokens: ClientOptions["tokens"] = {
      url: issuerUrl,
      issuer: terms.issuer,
      key: terms.key,
      rhoPerToken: Number(terms.rho) / 1e9,
      rhoPerYear: (Number(terms.rho) / 1e9) * perYear,
      headers: () => ({ authorization: `Bearer ${account}` }),
    };
    const { client } = device(shown, steadyMember(62), { store, tokens, platform: platformOf(sender) });
    return { client, store };
  };
  return { issuer, cluster, asked, own };
}

const platformOf = (transport: Transport) => ({
  crypto: nodeCrypto,
  entropy: nodeEntropy,
  clock: { now: () => nowSeconds * 1000 },
  transport,
});

const consented = async (client: Client) => {
  await client.consent.grant("service-improvement");
  return await client.sync();
};
const leftIn = async (store: DeviceStore) => (await store.keys("token/")).length;

describe("a device with an issuer", () => {
  test("fetches a year's tokens once, spends a question's with its report, and both services count it", async () => {
    const { cluster, asked, own } = await setting(10);
    const round = await newRound(cluster);
    expect(round.manifest.tokens?.count).toBe(2);
    const devices = ["ann", "bob", "cyd", "dan", "eva"].map((account) => own(account));
    for (const { client, store } of devices) {
      expect(await consented(client)).toMatchObject([{ outcome: "sent", isNull: false }]);
      expect(await leftIn(store)).toBe(8);
      expect(await client.sync()).toEqual([]);
    }
    expect(asked).toHaveLength(5);
    expect(asked[0]).toHaveLength(10 * 259);
    await cluster.coordinator.collect(round.id);
    const { leader, helper } = await tallies(cluster, round.id);
    expect([leader.accepted, helper.accepted]).toEqual([5, 5]);
  });

  test("reset and installed again, as often as anybody likes, answers no more than a year's questions", async () => {
    const { cluster, own } = await setting(4);
    let sent = 0;
    for (let reset = 0; reset < 10; reset++) {
      await newRound(cluster, undefined);
      const { client } = own("ann");
      sent += (await consented(client)).filter(({ outcome }) => outcome === "sent").length;
    }
    expect(sent).toBeLessThanOrEqual(2);
    const { client } = own("ann");
    expect(await consented(client)).toContainEqual(
      expect.objectContaining({ outcome: "waiting", why: expect.stringContaining("tokens of the year") }),
    );
  });

  test("an answer that was lost is asked for with the same bytes, and counts once", async () => {
    let lost = 2;
    const { cluster, asked, own } = await setting(4, (answer) => (lost-- > 0 ? undefined : answer));
    await newRound(cluster);
    const { client, store } = own("ann");
    expect(await consented(client)).toMatchObject([{ outcome: "waiting", why: "the issuer of tokens answered 502" }]);
    await client.sync();
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    expect(new Set(asked.map((body) => body.join())).size).toBe(1);
    expect(await leftIn(store)).toBe(2);
  });

  test("an issuer that signs something else gives no tokens, and nothing leaves", async () => {
    for (const spoil of [
      (answer: Uint8Array) => answer.map((byte, i) => (i === 700 ? byte ^ 1 : byte)),
      (answer: Uint8Array) => answer.subarray(1),
      () => new Uint8Array(0),
    ]) {
      const { cluster, own } = await setting(4, spoil);
      const round = await newRound(cluster);
      const { client, store } = own("ann");
      expect(await consented(client)).toMatchObject([{ outcome: "waiting", why: expect.stringContaining("tokens") }]);
      expect(await leftIn(store)).toBe(0);
      expect((await tallies(cluster, round.id)).leader.pending).toBe(0);
    }
  });

  test("refuses tasks that spend none, or another issuer's; and without one, tasks that spend any", async () => {
    const { cluster, own, issuer } = await setting(4);
    await newRound(cluster);
    const bare = device(cluster, steadyMember(62)).client;
    expect(await consented(bare)).toMatchObject([{ outcome: "refused", why: expect.stringContaining("does not pin") }]);
    const other = newCluster({ noise: noNoise });
    await newRound(other);
    const { transport } = joined(other, issuer);
    const { client } = own("ann");
    expect(await consented(client)).toMatchObject([{ outcome: "sent" }]);
    const tokens = { url: issuerUrl, issuer: issuer.terms.issuer, key: issuer.terms.key };
    const strict = device(other, steadyMember(62), { tokens, platform: platformOf(transport) }).client;
    expect(await consented(strict)).toMatchObject([
      { outcome: "refused", why: expect.stringContaining("spends no tokens") },
    ]);
  });

  test("says in its log what went to the issuer, keeps its tokens when it is erased, and says what bounds the year", async () => {
    const { cluster, own } = await setting(10);
    await newRound(cluster);
    const { client, store } = own("ann");
    await consented(client);
    expect(await client.log()).toContainEqual(
      expect.objectContaining({ what: "requests for tokens, blinded: nothing about you", delivered: true }),
    );
    await client.eraseAll();
    expect(await leftIn(store)).toBe(8);
    expect(client.lifetime().says).toContain("installed again too");
    expect(device(cluster, steadyMember(62)).client.lifetime().says).toContain("starts with its limits unused");
  });

  test("a page in between that forbids says nothing about the year", async () => {
    const { cluster, issuer, own } = await setting(4);
    await newRound(cluster);
    const forbidding = { ...joined(cluster, issuer).transport };
    const { send } = forbidding;
    let portal = true;
    forbidding.send = async (request) =>
      portal && request.url.startsWith(issuerUrl)
        ? { status: 403, headers: {}, body: new TextEncoder().encode("<html>Sign in to the Wi-Fi</html>") }
        : await send(request);
    const { client } = own("ann", memoryDeviceStore(), forbidding);
    expect(await consented(client)).toMatchObject([{ outcome: "waiting", why: "the issuer of tokens answered 403" }]);
    portal = false;
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });

  test("tokens of a key that the app no longer pins are not spent, and the new key's are fetched", async () => {
    const [before, after] = [await setting(4), await setting(4)];
    const store = memoryDeviceStore();
    await newRound(before.cluster);
    expect(await consented(before.own("ann", store).client)).toMatchObject([{ outcome: "sent" }]);
    await newRound(after.cluster);
    const { client } = after.own("ann", store, undefined, before.cluster);
    await client.sync();
    expect(await leftIn(store)).toBe(2 + 4);
  });

  test("two tabs that answer at once spend each token once", async () => {
    const { cluster, own } = await setting(10);
    const round = await newRound(cluster);
    const store = memoryDeviceStore();
    const [one, two] = [own("ann", store).client, own("ann", store).client];
    await one.consent.grant("service-improvement");
    await Promise.all([one.sync(), two.sync(), one.sync()]);
    expect(await leftIn(store)).toBe(8);
    expect((await tallies(cluster, round.id)).leader.pending).toBe(1);
  });

  test("wrong options are named", () => {
    const cluster = newCluster();
    const made = (tokens: object) => () => device(cluster, steadyMember(62), { tokens: tokens as never });
    const key = "A".repeat(451);
    expect(made({ url: issuerUrl, issuer: "i" })).toThrow("tokens.key is missing");
    expect(made({ url: "http://issuer.test", issuer: "i", key })).toThrow("tokens.url");
    expect(made({ url: issuerUrl, issuer: "i", key, rhoPerToken: 0 })).toThrow("tokens.rhoPerToken");
    expect(made({ url: issuerUrl, issuer: "i", key, rhoPerToken: Number.NaN })).toThrow("tokens.rhoPerToken");
    expect(made({ url: issuerUrl, issuer: "i", key, rhoPerToken: 2 })).toThrow("makes 0 tokens of a year");
    expect(made({ url: issuerUrl, issuer: "i", key, rhoPerToken: 0.001 })).toThrow("makes 1000 tokens of a year");
    expect(made({ url: issuerUrl, issuer: "i", key, rhoPerToken: 1e-12 })).toThrow("makes 0 tokens of a year");
    expect(made({ url: issuerUrl, issuer: "i", key, header: {} })).toThrow("did you mean headers");
  });
});
