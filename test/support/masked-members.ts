// Members of masked rounds as HTTP sees them: the real protocol over the real routes, with vectors that a test knows.
import { call } from "../../src/api/call.ts";
import { type MaskedView, maskedMessagePath, maskedRoutes, registrarRoutes } from "../../src/api/masked.ts";
import { decodeProblem } from "../../src/api/problem.ts";
import { fromBase64Url, fromUtf8, toBase64Url } from "../../src/base/bytes.ts";
import { type CheckedMasked, checkMasked, checkRoundTerms, roundTermsOf } from "../../src/learning/masked/check.ts";
import { shareOfNoise } from "../../src/learning/masked/noise.ts";
import { toWords } from "../../src/math/words.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../src/platform/node/index.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { secureAggregationMember } from "../../src/protocol/secagg/member/member.ts";
import { Opening } from "../../src/protocol/secagg/terms.ts";
import { joinInput, type MaskedEnvelope, openMasked } from "../../src/task/masked/envelope.ts";
import { lowFloors, registrarUrl, signerOf } from "./masked.ts";

export interface Services {
  readonly transport: Transport;
  readonly coordinatorUrl: string;
  readonly keys: { readonly register: Uint8Array; readonly registrar: Uint8Array };
  readonly registrarUrl?: string;
}

export interface RawMember {
  readonly name: string;
  readonly key: Uint8Array;
  /** Its update and its share of the noise, once it has sent them: what a sum must be made of. */
  readonly told: () => readonly bigint[] | undefined;
  join(): Promise<void>;
  view(): Promise<MaskedView>;
  /** Answers what it is asked, if it is. @returns the view after it */
  step(): Promise<MaskedView>;
  /** Posts any bytes. @throws PacelineError the coordinator's own */
  post(message: Uint8Array): Promise<MaskedView>;
  /** What it said last. */
  said(): Uint8Array;
}

export interface OpenRound {
  readonly task: Uint8Array;
  readonly checked: CheckedMasked;
}

/** The one round that is open, checked as a device checks it. */
export async function openRound({ transport, coordinatorUrl: url, keys }: Services, at = 0): Promise<OpenRound> {
  const { rounds } = await call({ transport, url }, maskedRoutes.maskedRounds);
  const { task: _, ...envelope } = rounds[at] as MaskedEnvelope & { task: string };
  const { manifest, task } = await openMasked(nodeCrypto, envelope, keys);
  return { task, checked: checkMasked(manifest) };
}

const bound = 50;

export function rawMember(services: Services, { task, checked }: OpenRound, name: string): RawMember {
  const { transport, coordinatorUrl: url, keys, registrarUrl: registrar = registrarUrl } = services;
  const pair = nodeCrypto.ed25519Generate();
  const store = memoryDeviceStore();
  const ports = { crypto: nodeCrypto, keystream: nodeKeystream, entropy: nodeEntropy, signer: signerOf(pair) };
  const { bounds, sigmaSquared, training } = checked;
  const { dimension } = bounds;
  const parameters = { task: toBase64Url(task), key: toBase64Url(pair.public) };
  let told: readonly bigint[] | undefined;
  let members = 0;
  let said = new Uint8Array(0);
  const update = Array.from({ length: dimension }, (_, i) => BigInt(((i * 7 + name.length) % (2 * bound)) - bound));
  const member = secureAggregationMember(store, ports, {
    registrar: keys.registrar,
    expected: roundTermsOf(task, checked, training.sharing.least),
    floors: lowFloors,
    vector() {
      const noise = shareOfNoise(training.sharing, members, sigmaSquared, bounds).drawShare(nodeEntropy);
      told = update.map((value, i) => value + (noise[i] as bigint));
      return toWords(told.map(Number), training.sharing.bits);
    },
  });
  const view = () => call({ transport, url }, maskedRoutes.maskedMember, { parameters });
  async function post(message: Uint8Array): Promise<MaskedView> {
    const path = maskedMessagePath.replace("{task}", parameters.task).replace("{key}", parameters.key);
    const headers = { "content-type": "application/octet-stream" };
    const { status, body } = await transport.send({ method: "POST", url: `${url}${path}`, headers, body: message });
    if (status >= 300) throw decodeProblem(status, body);
    return JSON.parse(fromUtf8(body)) as MaskedView;
  }
  return {
    ...{ name, key: pair.public, told: () => told, view, post, said: () => said },
    async join() {
      const signature = toBase64Url(nodeCrypto.ed25519Sign(pair.secret, joinInput(task, pair.public)));
      const account: Transport = {
        send: (request) =>
          transport.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${name}` } }),
      };
      await call({ transport: account, url: registrar }, registrarRoutes.joinRound, {
        parameters: { task: parameters.task },
        body: { key: parameters.key, signature },
      });
    },
    async step() {
      const asked = await view();
      if (asked.message === null) return asked;
      const message = fromBase64Url(asked.message);
      if (asked.stage === "keys") {
        const { terms, roster } = Opening.decode(message);
        checkRoundTerms(task, checked, terms, roster.length);
        members = roster.length;
      }
      said = Uint8Array.from(await member.receive(message));
      return await post(said);
    },
  };
}

/** Modulo 2^bits, centred. */
export function sumOf(members: readonly RawMember[], bits: number): number[] {
  const vectors = members.map((member) => member.told() as readonly bigint[]);
  return (vectors[0] ?? []).map((_, i) =>
    Number(
      BigInt.asIntN(
        bits,
        vectors.reduce((sum, vector) => sum + (vector[i] as bigint), 0n),
      ),
    ),
  );
}
