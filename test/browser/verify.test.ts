// paceline/verify in a real browser, on its WebCrypto and on plain JavaScript: bundles that services on Node made.
import { describe, expect, inject, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { nobleCrypto } from "../../src/platform/noble/crypto.ts";
import { webCrypto, webEntropy } from "../../src/platform/web/index.ts";
import { decodeBundle, encodeBundle, statementOf, verifyBundle } from "../../src/verify/index.ts";

const bundles = inject("bundles");

describe.each([
  ["WebCrypto", webCrypto],
  ["noble", nobleCrypto(webEntropy)],
])("on %s", (_, crypto) => {
  test.each(Object.keys(bundles))("a %s verifies, and nothing that was changed does", async (kind) => {
    const { text, register, helper } = bundles[kind] as (typeof bundles)[string];
    const keys = { register: fromBase64Url(register), helper: fromBase64Url(helper) };
    const verified = await verifyBundle(crypto, text, keys);
    expect(verified.keys).toMatchObject({ register: { from: "given" }, helper: { from: "given" } });
    // Of a question its hash too; training is nobody's question.
    expect(statementOf(verified).proved).toHaveLength(kind === "training" ? 7 : 8);
    for (let at = 0; at < text.length; at += 97) {
      const changed = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
      await expect(verifyBundle(crypto, changed, keys), `character ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(verification_failed|invalid_message)$/),
      });
    }
    const bundle = decodeBundle(text);
    const swapped = { ...bundle, keys: { register: bundle.keys.helper, helper: bundle.keys.register } };
    await expect(verifyBundle(crypto, encodeBundle(swapped))).rejects.toMatchObject({ code: "verification_failed" });
  });
});
