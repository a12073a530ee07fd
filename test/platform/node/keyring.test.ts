import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toHex, utf8 } from "../../../src/base/bytes.ts";
import { nodeCrypto } from "../../../src/platform/node/crypto.ts";
import { openKeyring } from "../../../src/platform/node/keyring.ts";
import { open, seal } from "../../../src/protocol/hpke/hpke.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-keys-"));
  path = join(folder, "keys.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("keys are made once, for the owner's eyes, and found again", async () => {
  const made = openKeyring(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["keys.json"]);
  const found = openKeyring(path);
  expect(toHex(found.verifySeed)).toBe(toHex(made.verifySeed));
  expect(found.hpke).toEqual(made.hpke);
  const signature = await found.signer.sign(utf8("checkpoint"));
  expect(nodeCrypto.ed25519Verify(made.signer.publicKey, utf8("checkpoint"), signature)).toBe(true);
  const message = { crypto: nodeCrypto, info: utf8("i"), aad: utf8("a") };
  const sealed = await seal({ ...message, recipient: made.hpke.pair.public, plaintext: utf8("p") });
  expect(await open({ ...message, recipient: found.hpke.pair, ...sealed })).toEqual(utf8("p"));
});

test("two key files have nothing in common", () => {
  const [one, other] = [openKeyring(path), openKeyring(join(folder, "other.json"))];
  expect(toHex(one.verifySeed)).not.toBe(toHex(other.verifySeed));
  expect(toHex(one.signer.publicKey)).not.toBe(toHex(other.signer.publicKey));
  expect(toHex(one.hpke.pair.secret)).not.toBe(toHex(other.hpke.pair.secret));
});

test.each([0o640, 0o604, 0o620, 0o644, 0o666])("mode %o is refused, with what to do", (mode) => {
  openKeyring(path);
  chmodSync(path, mode);
  expect(() => openKeyring(path)).toThrow(
    expect.objectContaining({ code: "policy_refused", hint: `Run: chmod 600 ${path}` }),
  );
});

test("a damaged file is refused, stays as it is, and is not quoted", () => {
  openKeyring(path);
  const good = readFileSync(path, "utf8");
  const secret = JSON.parse(good).hpke.secret as string;
  openKeyring(join(folder, "other.json"));
  const other = JSON.parse(readFileSync(join(folder, "other.json"), "utf8"));
  const damaged = [
    "",
    "null",
    good.slice(0, 100),
    good.replace("paceline-keys-1", "paceline-keys-9"),
    good.replace(secret, secret.slice(0, -1)),
    good.replace(secret, `${secret}AAAA`),
    good.replace(secret, other.hpke.secret),
    good.replace(JSON.parse(good).signing.seed, other.signing.seed),
    good.replace(/"id": \d+/, '"id": 256'),
    good.replace("verifySeed", "seed"),
  ];
  for (const content of damaged) {
    expect(content).not.toBe(good);
    writeFileSync(path, content);
    expect(() => openKeyring(path)).toThrow(
      expect.objectContaining({ code: "invalid_data", message: expect.not.stringContaining(secret.slice(0, 8)) }),
    );
    expect(readFileSync(path, "utf8")).toBe(content);
  }
});
