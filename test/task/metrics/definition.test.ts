// Metrics a device does not know: taken when the operator's pinned key signed them, refused in every other case.
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { memberValues } from "../../../src/contribution/statistics.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import type { ProductEncoder } from "../../../src/task/encoders/product.ts";
import { openEnvelope, sealEnvelope, signManifest } from "../../../src/task/envelope.ts";
import { encodeManifest, type Manifest } from "../../../src/task/manifest.ts";
import {
  type Definition,
  definitionsFault,
  hashDefinition,
  registryOf,
  type SignedDefinition,
  signDefinition,
} from "../../../src/task/metrics/definition.ts";
import { proveManifest } from "../../../src/task/prove.ts";
import { operatorRegistry, registryKeys } from "../../support/operator.ts";
import { binsOf, lastDay, manifestOf, planOf, signingKeys, smallQuestion } from "../../support/questions.ts";

const operator = await operatorRegistry();
const mood = operator.definitions[0]?.definition as Extract<Definition, { kind: "metric" }>;
const key = registryKeys.publicKey;

/** A question about an operator's metric, split by an operator's attribute. */
const moodManifest: Manifest = {
  ...manifestOf(),
  ...planOf(
    { ...smallQuestion, select: binsOf("mood", [0, 4, 7, 10]), groupBy: [{ attribute: "floor", values: ["ground"] }] },
    operator,
  ),
};

describe("a manifest's definitions", () => {
  const register = signingKeys();
  const helper = signingKeys();
  const pinned = { register: register.publicKey, helper: helper.publicKey };
  const open = async (manifest: Manifest, registry?: Uint8Array) => {
    const bytes = encodeManifest(manifest);
    const envelope = sealEnvelope(
      bytes,
      await signManifest(register, "register", bytes),
      await signManifest(helper, "helper", bytes),
    );
    return await openEnvelope(nodeCrypto, envelope, { ...pinned, registry });
  };

  test("are those that the question reads, and open under the pinned registry key", async () => {
    expect(moodManifest.definitions?.map(({ definition }) => definition.id)).toEqual(["mood", "floor"]);
    const { manifest } = await open(moodManifest, key);
    expect(proveManifest(manifest).rho).toBe(BigInt(manifest.rho));
  });

  test("are refused by an app that pins no registry key, or another", async () => {
    await expect(open(moodManifest)).rejects.toMatchObject({
      code: "manifest_refused",
      message: expect.stringContaining('"mood" is unknown here'),
    });
    await expect(open(moodManifest, signingKeys().publicKey)).rejects.toThrow(
      "not signed with the pinned registry key",
    );
  });

  test("cannot be left out", () => {
    const { definitions: _, ...bare } = moodManifest;
    expect(() => proveManifest(bare)).toThrow(expect.objectContaining({ code: "manifest_refused" }));
    expect(() => proveManifest({ ...moodManifest, definitions: moodManifest.definitions?.slice(0, 1) })).toThrow(
      'no attribute "floor" is known or defined',
    );
  });

  test("that the question does not read are smuggled in", () => {
    expect(() => proveManifest({ ...moodManifest, definitions: [...operator.definitions] })).toThrow("does not read");
  });

  test("decide the bounds: edges outside of them, and values outside of the list, are refused", () => {
    const wide = structuredClone(moodManifest);
    Object.assign((wide.encoder as ProductEncoder).parts[0] as object, { edges: [0, 4, 7, 11] });
    expect(() => proveManifest(wide)).toThrow("leave the value's public range");
    const roof = structuredClone(moodManifest);
    Object.assign(roof.encoder, { groups: [{ attribute: "floor", values: ["roof"] }] });
    expect(() => proveManifest(roof)).toThrow('"roof" is not in the list');
  });

  test("decide what is clipped and what is missing", () => {
    const days = [14, 8, -1].map((value, i) => ({ day: lastDay - i, values: { mood: value } }));
    const { source, window } = moodManifest;
    if (source.kind !== "statistics") return expect.unreachable();
    const member = { days, profile: {} };
    expect(memberValues(member, source, window, registryOf(moodManifest))).toEqual([8]);
    expect(memberValues(member, source, window)).toEqual([undefined]);
  });
});

describe("a definition is taken", () => {
  const signed = (definition: Definition) => signDefinition(nodeCrypto, registryKeys, definition);
  const faultOf = (definitions: readonly SignedDefinition[], trust = { key }) =>
    definitionsFault(nodeCrypto, definitions, trust);

  test("when the key signed it, or the party's own file has it", async () => {
    expect(await faultOf([await signed(mood)])).toBeUndefined();
    const unsigned = { definition: mood, hash: await hashDefinition(nodeCrypto, mood), signature: "" };
    expect(await definitionsFault(nodeCrypto, [unsigned], { own: new Set([unsigned.hash]) })).toBeUndefined();
    expect(await definitionsFault(nodeCrypto, [unsigned], { own: new Set(["x"]) })).toContain("no registry key");
  });

  test.each<[string, Definition, string]>([
    ["a built-in metric", { ...mood, id: "rhr" }, "no definition changes it"],
    ["a built-in formula's id", { ...mood, id: "mvpa" }, "no definition changes it"],
    ["a built-in title", { ...mood, title: "body weight" }, "the title of something built in"],
    ["bounds that do not ascend", { ...mood, clip: [10, 0] }, "do not ascend"],
    [
      "a built-in attribute",
      { kind: "attribute", id: "site", title: "x", values: ["a"], purposes: ["research"] },
      "no definition",
    ],
    [
      "a built-in formula",
      { kind: "formula", id: "load", title: "load", unit: "min", formula: "moderate + 2 * vigorous" },
      "built in under another name",
    ],
  ])("never for %s, whoever signed it", async (_, definition, words) => {
    expect(await faultOf([await signed(definition)])).toContain(words);
  });

  test("never twice under one id, nor with another hash", async () => {
    const one = await signed(mood);
    expect(await faultOf([one, await signed({ ...mood, clip: [0, 1e6] })])).toContain("there twice");
    expect(await faultOf([{ ...one, hash: "A".repeat(43) }])).toContain("another hash");
  });

  test("never with a field changed after signing", async () => {
    const one = await signed(mood);
    for (const change of [
      { clip: [0, 9] },
      { plausible: [0, 11] },
      { title: "moods" },
      { unit: "min" },
      { rule: "sum" },
    ]) {
      const definition = { ...mood, ...change } as Definition;
      const forged = { ...one, definition, hash: await hashDefinition(nodeCrypto, definition) };
      expect(await faultOf([forged])).toContain("not signed with");
    }
  });

  test("never with the signature of a manifest over the same bytes, nor the other way round", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(mood));
    const signature = toBase64Url(await signManifest(registryKeys, "register", bytes));
    expect(await faultOf([{ ...(await signed(mood)), signature }])).toContain("not signed with");
  });
});
