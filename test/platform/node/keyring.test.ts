import fs, {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toHex, utf8 } from "../../../src/base/bytes.ts";
import { nodeCrypto } from "../../../src/platform/node/crypto.ts";
import { openKeyring, replaceReceivingKey } from "../../../src/platform/node/keyring.ts";
import { open, seal } from "../../../src/protocol/hpke/hpke.ts";

/** Runs `work` as a process that is gone at its n-th call that could change a file. @returns whether it came to its end */
function diesAt(n: number, work: () => void): boolean {
  const names = ["openSync", "writeSync", "fsyncSync", "renameSync", "rmSync", "linkSync"] as const;
  const real = Object.fromEntries(names.map((name) => [name, fs[name]]));
  let calls = 0;
  for (const name of names)
    Object.assign(fs, {
      [name](...given: unknown[]) {
        if (++calls >= n) throw new Error("gone");
        return (real[name] as unknown as (...of: unknown[]) => unknown)(...given);
      },
    });
  syncBuiltinESMExports();
  try {
    work();
    return calls < n;
  } catch (error) {
    if (calls < n) throw error;
    return false;
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

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

describe("a receiving key that is replaced", () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 1050));

  test("is seen by a keyring that is open, opens what was sealed to it, and is destroyed", async () => {
    const keyring = openKeyring(path);
    const first = keyring.hpke;
    replaceReceivingKey(path);
    await later();
    const second = keyring.hpke;
    expect(second).not.toEqual(first);
    expect(keyring.receiving?.before()).toEqual([{ ...first, replaced: expect.any(Number) }]);
    for (let i = 0; i < 40; i++) replaceReceivingKey(path);
    const many = openKeyring(path);
    const all = [many.hpke, ...(many.receiving?.before() ?? [])];
    expect(new Set(all.map(({ id }) => id)).size).toBe(42);
    expect(many.receiving?.first).toEqual({ id: first.id, public: first.pair.public });
    expect([many.verifySeed, many.signer.publicKey]).toEqual([keyring.verifySeed, keyring.signer.publicKey]);
    const open = openSync(path, "r");
    for (const old of many.receiving?.before() ?? []) many.receiving?.destroy(old);
    const left = openKeyring(path);
    expect([left.receiving?.before(), left.hpke, left.receiving?.first]).toEqual([[], all[0], many.receiving?.first]);
    // Who still had the old file open reads nothing of the key.
    expect(readFileSync(open).every((byte) => byte === 0)).toBe(true);
    closeSync(open);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(["keys.json", "keys.json.lock"]);
  });

  test("of a file that is damaged while it is open, or another service's: what was read stays", async () => {
    const keyring = openKeyring(path);
    const { hpke } = keyring;
    const good = readFileSync(path);
    openKeyring(join(folder, "other.json"));
    for (const content of ["{", readFileSync(join(folder, "other.json"))]) {
      writeFileSync(path, content);
      await later();
      expect(keyring.hpke).toEqual(hpke);
    }
    writeFileSync(path, good);
    replaceReceivingKey(path);
    await later();
    expect(keyring.hpke).not.toEqual(hpke);
  });

  test.each(["replace", "destroy"])("%s, stopped at any step: the keys are as before or as after", (work) => {
    openKeyring(path);
    if (work === "destroy") replaceReceivingKey(path);
    const good = readFileSync(path);
    const before = keysIn(path);
    const seen = new Set<number>();
    for (let step = 1; ; step++) {
      writeFileSync(path, good);
      const { receiving } = openKeyring(path);
      const ended = diesAt(step, () => {
        if (work === "replace") replaceReceivingKey(path);
        else for (const old of receiving?.before() ?? []) receiving?.destroy(old);
      });
      const after = keysIn(path);
      seen.add(after.length);
      // Nothing but the one key comes or goes, and the newest stays where it is.
      const common = work === "replace" ? after.slice(after.length - before.length) : after;
      expect(common).toEqual(before.slice(0, common.length));
      expect(Math.abs(after.length - before.length)).toBeLessThanOrEqual(1);
      if (!ended) continue;
      expect(step).toBeGreaterThan(8);
      break;
    }
    expect(seen.size).toBe(2);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  function keysIn(file: string): string[] {
    const { hpke, receiving } = openKeyring(file, "refuse");
    return [hpke, ...(receiving?.before() ?? [])].map(({ pair }) => toHex(pair.secret));
  }
});
