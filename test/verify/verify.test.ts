// Bundles of every kind verify, and say what they prove; what a party that holds keys could lie about is found all the same.
import { beforeAll, describe, expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { standardMap } from "../../src/task/encoder.ts";
import { levelsOf } from "../../src/task/encoders/histogram/part.ts";
import type { ProductEncoder } from "../../src/task/encoders/product.ts";
import type { Manifest } from "../../src/task/manifest.ts";
import { proveManifest } from "../../src/task/prove.ts";
import { decodeBundle, encodeBundle, statementOf, verifyBundle } from "../../src/verify/index.ts";
import { bundleOf, type Forgery, forgeBundle, type Kind, kinds, type Made, questionFor } from "../support/bundles.ts";
import { manifestOf, productManifest, signingKeys } from "../support/questions.ts";

const made = {} as Record<Kind, Made>;
beforeAll(async () => {
  for (const kind of kinds) made[kind] = await bundleOf(kind);
});

const verify = (text: string, keys?: Parameters<typeof verifyBundle>[2]) => verifyBundle(nodeCrypto, text, keys);

describe.each(kinds)("a %s", (kind) => {
  test("verifies under the keys that are given, and under those it names", async () => {
    const { text, keys } = made[kind];
    const given = await verify(text, keys);
    expect(given.keys).toMatchObject({ register: { from: "given" }, helper: { from: "given" } });
    expect(given.definitions).toBe(kind === "operator" ? "given" : undefined);
    const alone = await verify(text);
    expect(alone).toMatchObject({ keys: { register: { from: "bundle" } }, task: given.task, log: given.log });
    expect(alone.definitions).toBe(kind === "operator" ? "unchecked" : undefined);
    expect(statementOf(alone).trusted.join("\n")).toContain("anyone can make a bundle under keys of their own");
    expect(statementOf(given).trusted.join("\n")).not.toContain("anyone can make");
  });

  test("derives the cost again", async () => {
    const { proved, sensitivity, debit, manifest } = await verify(made[kind].text);
    expect(`${proved.rho}`).toBe(manifest.rho);
    expect(debit.rho).toBe(manifest.rho);
    expect(sensitivity.l2Squared).toBeGreaterThan(0n);
  });

  test("is not another's, and not under others' keys", async () => {
    const { text, keys } = made[kind];
    const stranger = signingKeys().publicKey;
    for (const role of ["register", "helper"] as const)
      await expect(verify(text, { ...keys, [role]: stranger })).rejects.toMatchObject({
        code: "verification_failed",
        message: expect.stringContaining(role),
      });
    const other = made[kind === "question" ? "statistics" : "question"];
    await expect(verify(other.text, keys)).rejects.toMatchObject({ code: "verification_failed" });
    const [own, foreign] = [decodeBundle(text), decodeBundle(other.text)];
    // Two tasks may well have cost the same at the same moment.
    for (const field of ["envelope", "keys", "release", "log"] as const)
      await expect(verify(encodeBundle({ ...own, [field]: foreign[field] }))).rejects.toMatchObject({
        code: "verification_failed",
      });
  });
});

test("definitions that another operator signed are found, once a key is given", async () => {
  const { text } = made.operator;
  await expect(verify(text, { registry: signingKeys().publicKey })).rejects.toThrow("registry key");
});

test("in words: what is proved, and that the helper's noise is trusted", async () => {
  const { proved, trusted } = statementOf(await verify(made.question.text, made.question.keys));
  expect(proved.join("\n")).toMatch(/at most L1 1 and squared L2 1: proved/);
  expect(proved.join("\n")).toMatch(/discrete Laplace of scale 1; .*ε = 1\./);
  expect(trusted.join("\n")).toContain("That the helper drew its noise");
});

test("a tree's sensitivity and cost count every level, and no party can say fewer", async () => {
  const { manifest, sensitivity, release } = await verify(made.tree.text, made.tree.keys);
  const { encoder } = manifest;
  const part = encoder.kind === "product" ? encoder.parts[0] : undefined;
  if (encoder.kind !== "product" || part?.kind !== "histogram") throw new Error("one histogram");
  const levels = levelsOf(part);
  expect(levels.length).toBeGreaterThan(1);
  expect(sensitivity).toEqual({ l1: BigInt(levels.length), l2Squared: BigInt(levels.length) });
  expect(release.values).toHaveLength(levels.reduce((sum, rows) => sum + rows, 0));
  const refused = (changed: Partial<Manifest>, why: string) =>
    expect(() => proveManifest({ ...manifest, ...changed })).toThrow(why);
  refused({ encoder: { ...encoder, parts: [{ ...part, fanout: null }] } }, "needs the map of its parts");
  refused(
    { noise: { ...manifest.noise, sensitivity: { norm: "l2-squared", bound: "1" } } as never },
    "the encoder's is",
  );
  refused({ rho: `${Math.floor(Number(manifest.rho) / levels.length)}` }, "rho");
});

describe("whoever holds all keys", () => {
  const manifest = manifestOf();
  const keys = { register: signingKeys(), helper: signingKeys() };
  const forged = async (forgery: Partial<Forgery>) => {
    const { text, keys: own } = await forgeBundle({ manifest, ...keys, ...forgery });
    return await verify(text, own);
  };

  test.each([0, 1, 2, 5, 12])("is believed when everything follows, after %i other leaves", async (before) => {
    for (const each of [manifest, productManifest()])
      expect(await forged({ manifest: each, before })).toMatchObject({ log: { index: before, size: before + 1 } });
  });

  test.each([
    ["debit.rho", { debit: { rho: "1" } }, "were debited"],
    ["debit.epochs", { debit: { epochs: ["2026"] } }, "were debited"],
    ["debit.mechanism", { debit: { mechanism: "{}" } }, "mechanism"],
    ["debit.at", { debit: { at: manifest.upload.closes * 1000 } }, "after the task had closed"],
    ["a value too many", { values: [1, 2, 3, 4] }, "4 values"],
    ["a value too few", { values: [1, 2] }, "2 values"],
  ] as const)("cannot say otherwise of %s", async (_, forgery, why) => {
    await expect(forged(forgery as Partial<Forgery>)).rejects.toMatchObject({
      code: "verification_failed",
      message: expect.stringContaining(why),
    });
  });

  test.each([
    ["name", { name: "other" }],
    ["question", { question: "Another question?" }],
    ["queryHash", { queryHash: "g".repeat(43) }],
    ["purpose", { purpose: "research" }],
    ["window", { window: { start: 1, end: 2 } }],
    ["task", { task: toBase64Url(new Uint8Array(32)) }],
    ["source", { source: { ...manifest.source, title: "weight" } }],
    ["encoder", { encoder: { ...manifest.encoder, edges: [35, 61, 70, 110] } }],
    ["noise", { noise: { ...manifest.noise, scale: "2" } }],
    ["privacy.epsilon", { privacy: { epsilon: 0.5 } }],
    ["privacy.rho", { privacy: { rho: 0.1 } }],
    ["privacy.unit", { privacy: { unit: manifest.noise.unit === "member" ? "installation" : "member" } }],
    ["privacy.delta", { privacy: { delta: 1e-9 } }],
    ["privacy.mechanism", { privacy: { mechanism: "discrete-gaussian" } }],
    ["privacy.noiseSd", { privacy: { noiseSd: { one: 0.1, both: 0.2 } } }],
  ] as const)("cannot release another %s", async (field, change) => {
    const document: Forgery["document"] = (honest) => ({
      ...honest,
      ...change,
      privacy: { ...honest.privacy, ...("privacy" in change ? change.privacy : {}) },
    });
    await expect(forged({ document })).rejects.toMatchObject({
      code: "verification_failed",
      message: expect.stringContaining(`the release's ${field}`),
    });
  });

  test.each([
    ["none", null, "does not hold the question"],
    ["another one, under the old hash", { ...questionFor(manifest), minCohort: 4 }, "least batch"],
    ["one of other days", { ...questionFor(manifest), window: { end: "2026-01-28", days: 8 } }, "days"],
    ["one of other groups", { ...questionFor(manifest), groupBy: [{ attribute: "site", values: ["a"] }] }, "groups"],
    ["one for another purpose", { ...questionFor(manifest), purpose: "research" }, "purpose"],
  ] as const)("cannot say that the question was %s", async (_, question, why) => {
    await expect(forged({ question })).rejects.toMatchObject({
      code: "verification_failed",
      message: expect.stringContaining(why),
    });
  });

  test("cannot put another question's text under a signed hash", async () => {
    const bundle = decodeBundle(made.question.text);
    const select = [{ statistic: "count" }];
    const question = { ...bundle.question, select } as typeof bundle.question;
    await expect(verify(encodeBundle({ ...bundle, question }))).rejects.toThrow("queryHash is not that");
  });

  test("cannot understate what all answers together tell, nor state caps below this one's cost", async () => {
    const lifetime = (change: object): NonNullable<Forgery["document"]> => {
      return (honest) => ({
        ...honest,
        privacy: { ...honest.privacy, lifetime: { ...honest.privacy.lifetime, ...change } },
      });
    };
    const year = { rho: 20, epsilon: 1 };
    await expect(forged({ document: lifetime({ year }) })).rejects.toThrow(
      "the release's privacy.lifetime.year.epsilon",
    );
    await expect(forged({ document: lifetime({ says: "harmless" }) })).rejects.toThrow("privacy.lifetime.says");
    const week = { rho: 1e-9, epsilon: 1e-9 };
    await expect(forged({ document: lifetime({ week }) })).rejects.toThrow("its own answer exceeds");
    for (const rho of [-1, 0, 1e9])
      await expect(forged({ document: lifetime({ year: { rho, epsilon: 1 } }) })).rejects.toMatchObject({
        code: "verification_failed",
      });
  });

  test("cannot put something beside the document", async () => {
    await expect(forged({ document: (honest) => ({ ...honest, note: "trust me" }) })).rejects.toThrow();
    await expect(forged({ document: (honest) => ({ ...honest, definitions: [] }) })).rejects.toThrow();
  });

  const doubled = structuredClone(manifest.encoder) as ProductEncoder;
  Object.assign(doubled.parts[0] as object, { weight: 2 });

  test.each([
    ["less than the noise costs", { rho: "1" }, "its noise costs"],
    ["noise for a smaller sensitivity", { encoder: doubled, map: standardMap(doubled) }, "the encoder's is 2"],
    ["a map that reads the null column", { map: { ...manifest.map, rows: [[3, 1]] } }, "needs the map of its parts"],
    ["a window of no days", { window: { start: 5, end: 5 } }, "the window must hold"],
    ["another circuit", { vdaf: { type: "Prio3Histogram", length: 5, chunkLength: 2 } }, "do not fit the encoder"],
  ] as const)("cannot sign %s", async (_, claimed, why) => {
    await expect(forged({ claimed: claimed as unknown as Partial<Manifest> })).rejects.toMatchObject({
      code: "verification_failed",
      message: expect.stringContaining(why),
    });
  });

  test("cannot train with another bound than the plan's", async () => {
    const { manifest: training } = await verify(made.training.text);
    const { encoder } = training;
    if (encoder.kind !== "words" || training.source.kind !== "model-update") throw new Error("a vector");
    const source = { ...training.source, training: training.source.training.replace('"clip":1.5', '"clip":1.4') };
    await expect(forged({ manifest: training, claimed: { source } })).rejects.toThrow("bounds are not the encoder's");
  });
});

test("without the helper's key there is no forgery that its key would verify", async () => {
  const [real, thief] = [signingKeys(), signingKeys()];
  const register = signingKeys();
  const { text } = await forgeBundle({ manifest: manifestOf(), register, helper: thief });
  expect(await verify(text)).toMatchObject({ keys: { helper: { from: "bundle" } } });
  await expect(verify(text, { helper: real.publicKey })).rejects.toMatchObject({ code: "verification_failed" });
  const renamed = { ...decodeBundle(text), keys: { ...decodeBundle(text).keys, helper: toBase64Url(real.publicKey) } };
  for (const keys of [{}, { helper: real.publicKey }])
    await expect(verify(encodeBundle(renamed), keys)).rejects.toThrow("the helper's signature");
});

test.each<[string, object | string, string]>([
  [
    "a refusal",
    { type: "urn:paceline:error:unauthorized", title: "Not authorized", status: 401 },
    "a service's refusal, 401",
  ],
  ["the answer of the release route", { release: "AAAA" }, "the answer of a service with a release alone in it"],
  ["a release", { task: "x", values: [1], version: 2 }, "a release alone"],
  ["a list", [], "another document"],
  ["nothing of the kind", { hello: 1 }, "another document"],
])("%s is told to be no bundle", async (_, document, what) => {
  await expect(verify(JSON.stringify(document))).rejects.toMatchObject({
    code: "invalid_message",
    message: expect.stringContaining(`this is no release bundle but ${what}`),
  });
});
