// Any changed byte of a bundle is found, under keys that are given and under those that the bundle names itself.
import { beforeAll, describe, expect, test } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { verifyBundle } from "../../src/verify/index.ts";
import { bundleOf, forgeBundle, type Made } from "../support/bundles.ts";
import { byteMutations, characterMutations, leafMutations, type Mutation, otherForms } from "../support/mutations.ts";
import { manifestOf } from "../support/questions.ts";

let made: Made;
/** Far enough in a log that its proof has hashes. */
let deep: Made;
beforeAll(async () => {
  made = await bundleOf("question");
  deep = await forgeBundle({ manifest: manifestOf(), before: 5 });
  expect(await verifyBundle(nodeCrypto, deep.text, deep.keys)).toMatchObject({ log: { index: 5, size: 6 } });
});

/** @returns how many there were; each was refused with a code of its own */
async function allFound(mutations: Iterable<Mutation>): Promise<number> {
  let count = 0;
  for (const { what, text } of mutations) {
    const found = await verifyBundle(nodeCrypto, text).catch((error: unknown) => error);
    if (!isPacelineError(found) || !["invalid_message", "verification_failed"].includes(found.code))
      expect.fail(`${what} is not found: ${String(found)}`);
    count++;
  }
  return count;
}

test("in every leaf of the JSON", async () => {
  expect(await allFound(leafMutations(deep.text))).toBeGreaterThan(80);
});

test("in every byte of the binary fields", async () => {
  expect(await allFound(byteMutations(deep.text, (at) => 1 << (at % 8)))).toBeGreaterThan(2000);
});

test("in every character of the text", async () => {
  const letters = 'A0-_z}":,';
  const found = await allFound(characterMutations(made.text, (at) => letters[at % letters.length] as string));
  expect(found).toBe(made.text.length);
});

test("in its form: other spaces, orders, escapes, keys twice, fields more", async () => {
  expect(await allFound(otherForms(made.text))).toBeGreaterThan(12);
});

test("cut short anywhere", async () => {
  const cuts = Array.from({ length: made.text.length }, (_, at) => ({
    what: `cut at ${at}`,
    text: made.text.slice(0, at),
  }));
  expect(await allFound(cuts)).toBe(made.text.length);
});

describe("under given keys", () => {
  test("a bundle that names others fails, even where its own are right", async () => {
    const { register, helper } = made.keys;
    const wrong = await verifyBundle(nodeCrypto, made.text, { register: helper, helper: register }).catch((e) => e);
    expect(wrong).toMatchObject({ code: "verification_failed" });
  });
});
