// An issuer of a test's own, and devices that ask it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, toBase64Url } from "../../src/base/bytes.ts";
import { createIssuer, type IssuerRows, type IssuerSigningKey } from "../../src/issuer/index.ts";
import { nodeCrypto, nodeEntropy, openIssuerKey } from "../../src/platform/node/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { MarkFile } from "../../src/ports/mark-file.ts";
import type { Store } from "../../src/ports/store.ts";
import { blind, finalize } from "../../src/protocol/privacypass/blind.ts";
import { type IssuerKey, issuerKey, spkiOf } from "../../src/protocol/privacypass/key.ts";
import {
  challengeDigest,
  shortKeyId,
  type Token,
  TokenRequest,
  tokenInput,
} from "../../src/protocol/privacypass/token.ts";
import { memoryDatabase, memoryMark } from "../../src/storage/memory/index.ts";
import { type TokenTerms, tokenChallenge } from "../../src/task/tokens.ts";

export const issuerUrl = "https://issuer.test";

/** What a test may bring along, to make an issuer again of what another one left. */
interface Kept {
  readonly keys?: IssuerSigningKey;
  readonly store?: Store<IssuerRows>;
  readonly mark?: MarkFile;
}

function freshKeys(): IssuerSigningKey {
  const folder = mkdtempSync(join(tmpdir(), "paceline-issuer-"));
  const keys = openIssuerKey(join(folder, "issuer.json"));
  rmSync(folder, { recursive: true });
  return keys;
}

/** What a device sends, and how it makes tokens of the answer. @param digest of the challenge */
export async function tokenRequests(key: IssuerKey, digest: Uint8Array, count: number) {
  const nonces = Array.from({ length: count }, () => nodeEntropy.bytes(32));
  const inputs = nonces.map((nonce) => tokenInput(nonce, digest, key));
  const blinded = await Promise.all(inputs.map((input) => blind(nodeCrypto.sha384, nodeEntropy, key, input)));
  const keyId = shortKeyId(key);
  return {
    body: concat(...blinded.map(({ message }) => TokenRequest.encode({ keyId, blinded: message }))),
    tokens: (answer: Uint8Array): Promise<Token[]> =>
      Promise.all(
        nonces.map(async (nonce, i) => ({
          nonce,
          authenticator: await finalize(
            nodeCrypto.sha384,
            key,
            inputs[i] as Uint8Array,
            answer.subarray(256 * i, 256 * (i + 1)),
            (blinded[i] as { inverse: Uint8Array }).inverse,
          ),
        })),
      ),
  };
}

/** @param rho nano-rho a token @param rhoPerYear nano-rho */
export async function newTestIssuer(
  rho = 5_000_000n,
  rhoPerYear = 1_000_000_000n,
  clock: Clock = { now: () => 1_770_000_000_000 },
  { keys = freshKeys(), store = memoryDatabase(), mark = memoryMark() }: Kept = {},
) {
  const key = await issuerKey(nodeCrypto, spkiOf(keys.modulus));
  const issuer = await createIssuer({
    name: "issuer.test",
    ...{ keys, rho, rhoPerYear, store, mark, clock },
    crypto: nodeCrypto,
    authorise: (request) => request.headers.get("authorization")?.replace("Bearer ", ""),
    log: () => undefined,
  });
  const terms: TokenTerms = { issuer: "issuer.test", key: toBase64Url(key.spki), rho: String(rho) };
  const digest = await challengeDigest(nodeCrypto, tokenChallenge(terms));

  const ask = (account: string | undefined, body: Uint8Array) =>
    issuer.fetch(
      new Request(`${issuerUrl}/token-request`, {
        method: "POST",
        headers: {
          "content-type": "application/private-token-request",
          ...(account !== undefined && { authorization: `Bearer ${account}` }),
        },
        body: body as Uint8Array<ArrayBuffer>,
      }),
    );

  const requests = (count: number) => tokenRequests(key, digest, count);

  return {
    terms,
    key,
    digest,
    store,
    keys,
    fetch: issuer.fetch,
    ask,
    requests,
    async tokens(count: number, account = "ann"): Promise<Token[]> {
      const { body, tokens } = await requests(count);
      const response = await ask(account, body);
      if (response.status !== 200) throw new Error(`the issuer answered ${response.status}: ${await response.text()}`);
      return await tokens(new Uint8Array(await response.arrayBuffer()));
    },
  };
}
