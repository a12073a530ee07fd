// What a coordinator, or whoever stands between, may say to a device in a masked round: what does not hold ends it for this device, before
// a share of anything leaves. test/client/masked has what is refused before a device joins.
import { describe, expect, test } from "vitest";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import { population } from "../../../src/simulate/index.ts";
import { type CohortChange, consenting, type MaskedCohort, newMaskedCohort } from "../../support/masked-cohort.ts";
import { lastDay } from "../../support/questions.ts";

const people = population({ seed: "masked", members: 9, lastDay });
/** First bytes of a device's messages: shares of its keys, its vector, its signature over the survivors, shares that unmask. */
const [SHARES, VECTOR, SIGNATURE, UNMASK] = [5, 7, 9, 11];

const kindsSent = ({ traffic }: MaskedCohort) =>
  traffic.filter(({ url }) => url.endsWith("/messages")).map(({ body }) => body?.[0] as number);
/** At a stage, what a device answers with once the message of it holds. */
const answers: Readonly<Record<string, number>> = {
  keys: 1,
  nonces: 3,
  shares: SHARES,
  vectors: VECTOR,
  signatures: SIGNATURE,
  unmasking: UNMASK,
};

describe("a round that does not hold is given up, and no share of anything leaves", () => {
  type Row = readonly [name: string, change: CohortChange, at: keyof typeof answers];
  const terms = (change: object): CohortChange => ({
    opening: (one) => ({ ...one, terms: { ...one.terms, ...change } }),
  });
  const flip = (at: string, place: (bytes: Uint8Array) => number): CohortChange => ({
    message: (stage, bytes) => (stage === at ? bytes.map((byte, i) => (i === place(bytes) ? byte ^ 1 : byte)) : bytes),
  });
  const cut: (at: string) => CohortChange = (at) => ({
    message: (stage, bytes) => (stage === at ? bytes.slice(0, -1) : bytes),
  });
  const rows: readonly Row[] = [
    ["fewer survivors than follow from its members", terms({ survivors: 6 }), "keys"],
    ["more corrupt members", terms({ corrupt: 1 }), "keys"],
    ["more nonces that may be missing", terms({ unopened: 3 }), "keys"],
    ["another manifest", terms({ manifest: new Uint8Array(32) }), "keys"],
    ["another model", terms({ model: new Uint8Array(32) }), "keys"],
    ["another round", terms({ round: 2 }), "keys"],
    ["another width", terms({ width: 64 }), "keys"],
    ["another length", terms({ length: 4 }), "keys"],
    ["a roster of fewer", { opening: (one) => ({ ...one, roster: one.roster.slice(0, 8) }) }, "keys"],
    [
      "a roster without this device",
      { opening: (one) => ({ ...one, roster: one.roster.map(() => nodeCrypto.ed25519Generate().public) }) },
      "keys",
    ],
    ["a roster that the registrar did not sign", flip("keys", (bytes) => bytes.length - 1), "keys"],
    ["a changed list of keys", flip("nonces", (bytes) => bytes.length - 100), "nonces"],
    ["a list of keys of another round", flip("nonces", () => 5), "nonces"],
    ["a changed nonce", flip("shares", (bytes) => bytes.length - 90), "shares"],
    ["a nonce that its member did not sign", flip("shares", (bytes) => bytes.length - 1), "shares"],
    ["other sharers than there are", flip("vectors", () => 35), "unmasking"],
    ["survivors who never shared, or fewer", flip("signatures", (bytes) => bytes.length - 2), "unmasking"],
    ["a signature over other survivors", flip("unmasking", (bytes) => bytes.length - 1), "unmasking"],
    ...Object.keys(answers).map((stage): Row => [`half a message at the stage of ${stage}`, cut(stage), stage]),
  ];

  test.each(rows)("%s", async (_, change, at) => {
    const cohort = await newMaskedCohort({ draft: { cohort: { expected: 9, least: 8, most: 16 } }, ...change });
    const store = memoryDeviceStore();
    const clients = await consenting(cohort, people);
    const watcher = cohort.client(people[0] as (typeof people)[number], 0, { store });
    await watcher.consent.grant("model-training");
    const all = [watcher, ...clients.slice(1)];
    for (const client of all) expect(await client.sync()).toMatchObject([{ outcome: "waiting" }]);
    cohort.pass((cohort.joiningCloses - cohort.at()) / 1000);
    let ended: unknown;
    for (let i = 0; i < 8 && ended === undefined; i++) {
      for (const client of all) {
        const results = await client.sync();
        if (client === watcher) ended = results.find(({ outcome }) => outcome !== "waiting");
      }
    }
    expect(ended).toMatchObject({ outcome: "rejected" });
    // Nothing of the stage or a later one was said by anyone, who all were shown the same; least of all shares.
    const kind = answers[at] as number;
    expect(kindsSent(cohort).filter((sent) => sent >= kind)).toEqual([]);
    expect([...(await store.keys("masked/")), ...(await store.keys("secagg/"))]).toEqual([]);
    const before = kindsSent(cohort).length;
    expect(await watcher.sync()).toEqual([]);
    expect(kindsSent(cohort).length).toBe(before);
  });
});
