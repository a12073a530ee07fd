import { describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { type Envelope, openEnvelope, sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { hpkeKeys, manifestBytes, manifestOf, signingKeys } from "../support/questions.ts";

const register = signingKeys();
const helper = signingKeys();
const pinned = { register: register.publicKey, helper: helper.publicKey };
const bytes = manifestBytes();

async function sealed(manifest: Uint8Array, asRegister = register, asHelper = helper): Promise<Envelope> {
  return sealEnvelope(
    manifest,
    await signManifest(asRegister, "register", manifest),
    await signManifest(asHelper, "helper", manifest),
  );
}
const refused = (envelope: Envelope, keys = pinned) =>
  expect(openEnvelope(nodeCrypto, envelope, keys)).rejects.toMatchObject({ code: "manifest_refused" });

test("opens under the pinned keys, and hands out the very bytes that were signed", async () => {
  const opened = await openEnvelope(nodeCrypto, await sealed(bytes), pinned);
  expect(opened.bytes).toEqual(bytes);
  expect(opened.manifest).toEqual(manifestOf());
});

describe("refused", () => {
  test("with the roles of the two signatures swapped, or one standing for both", async () => {
    const good = await sealed(bytes);
    await refused({ ...good, register: good.helper, helper: good.register });
    await refused({ ...good, register: good.helper });
    await refused({ ...good, helper: good.register });
    // The same key in both roles does not help either: the role is in what is signed.
    await refused({ ...good, helper: good.register }, { register: pinned.register, helper: pinned.register });
  });

  test("with keys that are not the pinned ones", async () => {
    const other = signingKeys();
    await refused(await sealed(bytes, other, helper));
    await refused(await sealed(bytes, register, other));
    await refused(await sealed(bytes), { register: pinned.helper, helper: pinned.register });
  });

  test("with a bit flipped in either signature", async () => {
    const good = await sealed(bytes);
    for (const field of ["register", "helper"] as const) {
      const signature = fromBase64Url(good[field]);
      for (let bit = 0; bit < 8 * signature.length; bit++) {
        const flipped = signature.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        await refused({ ...good, [field]: toBase64Url(flipped) });
      }
    }
  });

  test("with a bit flipped in any byte of the manifest", async () => {
    const good = await sealed(bytes);
    for (let i = 0; i < bytes.length; i += 3) {
      const flipped = bytes.slice();
      flipped[i] = (flipped[i] as number) ^ (1 << (i & 7));
      await refused({ ...good, manifest: toBase64Url(flipped) });
    }
  });

  test("with signatures that are empty, short, long or no base64url", async () => {
    const good = await sealed(bytes);
    for (const text of ["", "AA", `${good.helper}AAAA`, "!".repeat(86), `${good.helper.slice(0, -1)}=`]) {
      await refused({ ...good, helper: text });
      await refused({ ...good, register: text });
    }
    await refused({ ...good, manifest: "not base64" });
  });

  test("with another HPKE key for the helper, unless the helper signs it too", async () => {
    const swapped = manifestOf();
    swapped.aggregators.helper.hpke = swapped.aggregators.leader.hpke;
    expect(hpkeKeys.leader.public).not.toEqual(hpkeKeys.helper.public);
    const altered = encodeManifest(swapped);
    const helperSignature = await signManifest(helper, "helper", bytes);
    await refused(sealEnvelope(altered, await signManifest(register, "register", altered), helperSignature));
  });

  test("when both signed something that is no manifest: signatures come first, then the fields", async () => {
    await refused(await sealed(utf8("{}")));
    await refused(await sealed(new Uint8Array(0)));
  });
});
