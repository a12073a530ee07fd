// Tokens on the device, where the app pins an issuer: a year's worth is fetched at once, long before anything is asked, and what
// a report costs is spent with it, whatever is in it. A device that was reset gets no second year. Loaded where tokens are used.
import { decodeProblem } from "../api/problem.ts";
import { concat, fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { isoWeek } from "../base/calendar.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { blind, finalize } from "../protocol/privacypass/blind.ts";
import { tokensExtension } from "../protocol/privacypass/extension.ts";
import { issuerKey, MODULUS_BYTES, NONCE_BYTES } from "../protocol/privacypass/key.ts";
import { challengeDigest, shortKeyId, TokenRequest, tokenInput } from "../protocol/privacypass/token.ts";
import type { Extension } from "../report/sealer.ts";
import { tokenChallenge } from "../task/tokens.ts";
import type { Settings } from "./options.ts";
import { entry, keys, readJson } from "./state.ts";
import type { TokenSettings } from "./token-options.ts";
import type { Watched } from "./watched.ts";

/** What was asked and not answered yet: written before it is sent, so that a lost answer is asked for with the same bytes. */
interface Asked {
  /** The year, and whose tokens: another key's are others. */
  readonly of: string;
  /** base64url: the requests, and of each its nonce and what takes the blinding off. */
  readonly body: string;
  readonly nonces: readonly string[];
  readonly inverses: readonly string[];
}

const DAY_MS = 86_400_000;
const REQUEST = "application/private-token-request";
const TAG_CHARS = 12;

/** Short for the issuer and its key: tokens of a key that the app no longer pins stay, and are not spent. */
async function tagOf({ platform }: Settings, { terms }: TokenSettings): Promise<string> {
  return toBase64Url(await platform.crypto.sha256(utf8(`${terms.issuer}\n${terms.key}`))).slice(0, TAG_CHARS);
}

const ofIssuer = async (settings: Settings, tokens: TokenSettings): Promise<readonly string[]> =>
  await settings.store.keys(keys.token(await tagOf(settings, tokens), ""));

/** @public of the part that sync.ts loads, as the next */
export const tokensLeft = async (settings: Settings): Promise<number> =>
  settings.tokens === undefined ? 0 : (await ofIssuer(settings, settings.tokens)).length;

/**
 * Sees to it that this year's tokens are here, with at most one request.
 * @returns why there are none, in words for the member; undefined when the year's were fetched
 * @public
 */
export async function fetchTokens(
  settings: Settings,
  tokens: TokenSettings,
  transport: Watched,
): Promise<string | undefined> {
  const { store, platform } = settings;
  const tag = await tagOf(settings, tokens);
  const year = `${isoWeek(Math.floor(platform.clock.now() / DAY_MS)).slice(0, 4)} ${tag}`;
  if ((await readJson<string>(store, keys.tokenYear)) === year) return undefined;
  // Whoever changes it meanwhile has the tokens: they are not put back, for some may be spent.
  const unchanged = [keys.tokenYear, await store.get(keys.tokenYear)] as const;
  const asked = await readJson<Asked>(store, keys.tokenRequest);
  const request = asked?.of === year ? asked : await ask(settings, tokens, year);
  const body = fromBase64Url(request.body);
  try {
    const { status, body: answer } = await transport.send({
      method: "POST",
      url: `${tokens.url}/token-request`,
      headers: { "content-type": REQUEST, ...(await tokens.headers()) },
      body,
      responseBytesMax: request.nonces.length * MODULUS_BYTES + 4096,
    });
    const noted = transport.answered("", status);
    // Its tokens of this year are on another device, or were on this one before it was reset. No page in between says so.
    if (status === 403 && decodeProblem(status, answer).code === "budget_exhausted") {
      const put = [entry(keys.tokenYear, year), ...noted];
      await store.transaction({ put, delete: [keys.tokenRequest], expect: [unchanged] });
      return "the issuer has given this account its tokens of the year; another device has them, or this one was reset";
    }
    if (status !== 200) return `the issuer of tokens answered ${status}`;
    const rows = await tokensFrom(settings, tokens, request, answer);
    await store.transaction({
      put: [entry(keys.tokenYear, year), ...noted, ...rows],
      delete: [keys.tokenRequest],
      expect: [unchanged],
    });
    return undefined;
  } catch (error) {
    if (isPacelineError(error)) return `no tokens could be fetched: ${error.message}`;
    throw error;
  }
}

async function context({ platform: { crypto } }: Settings, { terms }: TokenSettings) {
  const key = await issuerKey(crypto, fromBase64Url(terms.key));
  const digest = await challengeDigest(crypto, tokenChallenge(terms));
  return { key, inputOf: (nonce: Uint8Array) => tokenInput(nonce, digest, key) };
}

async function ask(settings: Settings, tokens: TokenSettings, of: string): Promise<Asked> {
  const { platform, store } = settings;
  const { key, inputOf } = await context(settings, tokens);
  const requests: Uint8Array[] = [];
  const nonces: string[] = [];
  const inverses: string[] = [];
  for (let i = 0; i < tokens.perYear; i++) {
    const nonce = platform.entropy.bytes(NONCE_BYTES);
    const { message, inverse } = await blind(
      (data) => platform.crypto.sha384(data),
      platform.entropy,
      key,
      inputOf(nonce),
    );
    requests.push(TokenRequest.encode({ keyId: shortKeyId(key), blinded: message }));
    nonces.push(toBase64Url(nonce));
    inverses.push(toBase64Url(inverse));
  }
  const body = toBase64Url(concat(...requests));
  const asked = { of, body, nonces, inverses };
  await store.transaction({ put: [entry(keys.tokenRequest, asked)], delete: [] });
  return asked;
}

/** @throws PacelineError verification_failed when one of them is no token: then none is kept, and the same is asked again */
async function tokensFrom(
  settings: Settings,
  tokens: TokenSettings,
  { nonces, inverses }: Asked,
  answer: Uint8Array,
): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { platform } = settings;
  if (answer.length !== nonces.length * MODULUS_BYTES)
    fail("verification_failed", `the issuer answered ${answer.length} bytes to ${nonces.length} requests`);
  const { key, inputOf } = await context(settings, tokens);
  const tag = await tagOf(settings, tokens);
  const rows: (readonly [string, Uint8Array])[] = [];
  for (const [i, nonce] of nonces.entries()) {
    const part = answer.subarray(i * MODULUS_BYTES, (i + 1) * MODULUS_BYTES);
    const input = inputOf(fromBase64Url(nonce));
    const inverse = fromBase64Url(inverses[i] as string);
    const token = await finalize((data) => platform.crypto.sha384(data), key, input, part, inverse);
    rows.push([keys.token(tag, nonce), token]);
  }
  return rows;
}

/** What a report carries of tokens, and the rows that go with them. */
export interface Taken {
  readonly extensions: readonly Extension[];
  readonly rows: readonly (readonly [string, Uint8Array])[];
}

/** @returns undefined when there are fewer */
export async function takeTokens(settings: Settings, count: number): Promise<Taken | undefined> {
  const { store, tokens: pinned } = settings;
  if (pinned === undefined) return undefined;
  // Nonces are uniform, so that their order says nothing of when they were fetched.
  const names = (await ofIssuer(settings, pinned)).slice(0, count);
  if (names.length < count) return undefined;
  const rows: (readonly [string, Uint8Array])[] = [];
  for (const name of names) {
    const authenticator = await store.get(name);
    if (authenticator === undefined) return undefined;
    rows.push([name, authenticator]);
  }
  const tokens = rows.map(([name, authenticator]) => ({
    nonce: fromBase64Url(name.slice(name.lastIndexOf("/") + 1)),
    authenticator,
  }));
  return { extensions: [tokensExtension(tokens)], rows };
}
