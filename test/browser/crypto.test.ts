// The contracts of the Crypto port and of HPKE in a real browser: on its WebCrypto, and on plain JavaScript.
import { describe, expect, test } from "vitest";
import { nobleCrypto } from "../../src/platform/noble/crypto.ts";
import { engineCrypto } from "../../src/platform/web/engine-crypto.ts";
import { webCrypto, webEntropy } from "../../src/platform/web/index.ts";
import { cryptoContract } from "../platform/crypto-contract.ts";
import { hpkeContract } from "../protocol/hpke/contract.ts";

describe.each([
  ["web", webCrypto],
  ["noble", nobleCrypto(webEntropy)],
])("%s", (_, crypto) => {
  cryptoContract(crypto);
  hpkeContract(crypto);
});

test("this browser has all of WebCrypto that we use", async () => {
  expect(await engineCrypto()).toBe(webCrypto);
});
