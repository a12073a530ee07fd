import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openIssuerKey } from "../../src/platform/node/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-issuer-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("an issuer's key is made once, for its owner alone, and read again", () => {
  const path = join(folder, "issuer.json");
  const made = openIssuerKey(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = openIssuerKey(path);
  expect(again.modulus).toEqual(made.modulus);
  const blinded = new Uint8Array(256).fill(1);
  expect(again.sign(blinded)).toEqual(made.sign(blinded));
  expect(() => made.sign(new Uint8Array(256).fill(255))).toThrow("below the key's modulus");
});

test("a key file that others can read, or that is damaged, is refused, and its content not told", () => {
  const path = join(folder, "issuer.json");
  openIssuerKey(path);
  const text = readFileSync(path, "utf8");
  chmodSync(path, 0o644);
  expect(() => openIssuerKey(path)).toThrow("others may read");
  const { privateKey, secret } = JSON.parse(text) as { privateKey: string; secret: string };
  for (const wrong of [
    "",
    "{}",
    text.replace("issuer-1", "issuer-2"),
    text.replace(secret, secret.slice(4)),
    text.replace("PRIVATE", "PUBLIC"),
  ]) {
    rmSync(path);
    writeFileSync(path, wrong, { mode: 0o600 });
    let said = "";
    try {
      openIssuerKey(path);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toContain("is no Paceline issuer's key file");
    expect(said).not.toContain(privateKey.slice(40, 60));
  }
});
