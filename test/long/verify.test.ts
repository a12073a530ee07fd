// What test/verify/changed.test.ts does once for the smallest bundle, for every kind and every bit.
import { expect, test } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { verifyBundle } from "../../src/verify/index.ts";
import { bundleOf, kinds } from "../support/bundles.ts";
import { byteMutations, leafMutations, otherForms } from "../support/mutations.ts";

test.each(kinds)(
  "any changed bit in a %s's bundle is found",
  async (kind) => {
    const { text, keys } = await bundleOf(kind);
    expect(await verifyBundle(nodeCrypto, text, keys)).toBeDefined();
    let count = 0;
    const all = [leafMutations(text), otherForms(text)];
    for (let bit = 0; bit < 8; bit++) all.push(byteMutations(text, () => 1 << bit));
    for (const mutations of all)
      for (const { what, text: changed } of mutations) {
        const found = await verifyBundle(nodeCrypto, changed).catch((error: unknown) => error);
        if (!isPacelineError(found)) expect.fail(`${what} is not found`);
        count++;
      }
    console.log(`${kind}: ${text.length} characters, ${count} changes, each found`);
  },
  600_000,
);
