// Devices of a masked round with the product's own client, over the real registrar and the protocol's own coordinator behind the routes
// that devices call: no database, and whatever a test would have on the way.
import { type MaskedView, maskedStages } from "../../src/api/masked.ts";
import { fromBase64Url, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { type Client, type ClientOptions, createClient } from "../../src/client/index.ts";
import { checkMasked, roundTermsOf } from "../../src/learning/masked/check.ts";
import { weightsBytes } from "../../src/learning/plan/weights.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../src/platform/node/index.ts";
import type { Transport, TransportRequest, TransportResponse } from "../../src/ports/transport.ts";
import {
  type SecureAggregationCoordinator,
  secureAggregationCoordinator,
} from "../../src/protocol/secagg/coordinator/coordinator.ts";
import { Opening, openingInput } from "../../src/protocol/secagg/terms.ts";
import type { Member } from "../../src/records/types.ts";
import { sealMasked, signMasked } from "../../src/task/masked/envelope.ts";
import { testLimits, urls } from "./cluster.ts";
import {
  lowFloors,
  type MadeRound,
  makeMaskedRound,
  maskedDraft,
  newRegistrarKey,
  newTestRegistrar,
  registrarUrl,
  signerOf,
} from "./masked.ts";

const T0 = 1_770_000_000;

type Change<T> = (value: T) => T;

export interface CohortChange {
  readonly draft?: Parameters<typeof maskedDraft>[0];
  /** Of what the coordinator lists. */
  readonly envelope?: Change<ReturnType<typeof sealMasked>>;
  /** Of a message on its way to a member. */
  readonly message?: (stage: string, message: Uint8Array) => Uint8Array;
  /** Of the round's opening, signed anew by the registrar. */
  readonly opening?: Change<Opening>;
  readonly weights?: Change<Uint8Array>;
  readonly coordinatorUrl?: string;
  /** A coordinator that asks for what it was told already. */
  readonly asksAgain?: boolean;
}

/** A round that is open for joining, with everything that it takes. */
export async function newMaskedCohort(change: CohortChange = {}) {
  let now = T0 * 1000;
  const clock = { now: () => now };
  const registrarKey = newRegistrarKey();
  const register = signerOf(nodeCrypto.ed25519Generate());
  const helper = nodeCrypto.ed25519Generate();
  const registrar = await newTestRegistrar(
    registrarKey,
    { url: urls.coordinator, registerKey: register.publicKey },
    { clock },
  );
  const round: MadeRound = await makeMaskedRound(maskedDraft(change.draft), registrarKey, {
    opens: T0,
    coordinatorUrl: change.coordinatorUrl ?? urls.coordinator,
  });
  const task = toBase64Url(round.task);
  const ofRegister = await signMasked(register, "register", round.bytes);
  const ofRegistrar = await signMasked(registrarKey.signer, "registrar", round.bytes);
  const envelope = (change.envelope ?? ((one) => one))(sealMasked(round.bytes, ofRegister, ofRegistrar));
  await registrar.fetch(
    new Request(`${registrarUrl}/v1/rounds`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ manifest: toBase64Url(round.bytes), register: toBase64Url(ofRegister) }),
    }),
  );
  let coordinator: SecureAggregationCoordinator | undefined;
  const traffic: TransportRequest[] = [];
  const { joining, source } = round.manifest;
  const stageMs = checkMasked(round.manifest).training.sharing.stageSeconds * 1000;

  const json = (status: number, body: unknown): TransportResponse => ({
    status,
    headers: { "content-type": "application/json", date: new Date(now).toUTCString() },
    body: utf8(JSON.stringify(body)),
  });
  const problem = (code: string) =>
    json(code === "conflict" ? 409 : 400, { type: `about:${code}`, code, detail: code });

  /** The roster is signed once members can join no more. */
  async function open(): Promise<void> {
    const response = await registrar.fetch(new Request(`${registrarUrl}/v1/rounds/${task}/opening`));
    if (response.status !== 200) throw new Error(`no opening: ${await response.text()}`);
    const bytes = fromBase64Url(((await response.json()) as { opening: string }).opening);
    const changed = (change.opening ?? ((one) => one))(Opening.decode(bytes));
    const signature = await registrarKey.signer.sign(openingInput(changed));
    const opening = Opening.encode({ ...changed, signature });
    const ports = { crypto: nodeCrypto, keystream: nodeKeystream };
    coordinator = await secureAggregationCoordinator(ports, opening, stageMs, joining.closes * 1000);
  }

  async function viewOf(key: string): Promise<MaskedView> {
    if (coordinator === undefined && now >= joining.closes * 1000) await open();
    await coordinator?.tick(now);
    if (coordinator === undefined)
      return { state: "joining", stage: null, closes: joining.closes * 1000, message: null, because: null };
    const { stage, closesAt } = coordinator;
    if (stage === "done" || stage === "aborted")
      return { state: stage, stage: null, closes: null, message: null, because: stage === "done" ? null : "too few" };
    const place = rosterIndex(key);
    // Whoever changed the roster shows it to those who are not in it too.
    const index = place < 0 && change.opening ? 0 : place;
    const has = answered.get(key) === stage;
    const message = index < 0 || (has && !change.asksAgain) ? undefined : coordinator.messageFor(index);
    const said = message && (change.message ?? ((_, bytes) => bytes))(stage, message);
    return { state: "open", stage, closes: closesAt, message: said ? toBase64Url(said) : null, because: null };
  }

  const answered = new Map<string, string>();
  let roster: readonly string[] | undefined;
  function rosterIndex(key: string): number {
    roster ??= Opening.decode(coordinator?.messageFor(0) ?? new Uint8Array(0)).roster.map((each) => toBase64Url(each));
    return roster.indexOf(key);
  }

  const transport: Transport = {
    async send(request) {
      traffic.push(request);
      const { method, url, headers, body } = request;
      if (url.startsWith(registrarUrl)) {
        const response = await registrar.fetch(
          new Request(url, { method, headers: { ...headers }, body: body as never }),
        );
        return { status: response.status, headers: {}, body: new Uint8Array(await response.arrayBuffer()) };
      }
      const path = url.slice(urls.coordinator.length);
      if (path === "/v1/masked") return json(200, { rounds: [{ task, ...envelope }] });
      if (path.startsWith("/v1/tasks")) return json(200, { tasks: [], next: "" });
      if (path.startsWith("/v1/models/")) {
        const bytes = (change.weights ?? ((one) => one))(weightsBytes(round.weights));
        return { status: 200, headers: {}, body: bytes };
      }
      const member = /^\/v1\/masked\/[^/]+\/members\/([^/]+)(\/messages)?$/.exec(path);
      const key = member?.[1] ?? "";
      if (member?.[2] !== undefined)
        try {
          const { stage } = coordinator ?? {};
          await coordinator?.receive(body as Uint8Array, now);
          answered.set(key, stage ?? "");
        } catch (error) {
          if (isPacelineError(error)) return problem(error.code);
          throw error;
        }
      return json(200, await viewOf(key));
    },
  };

  const client = (member: Member, nth: number, more: Partial<ClientOptions> = {}) =>
    createClient({
      coordinator: { url: urls.coordinator, registerKey: toBase64Url(register.publicKey) },
      helper: { url: urls.helper, signingKey: toBase64Url(helper.public) },
      registrar: {
        url: registrarUrl,
        key: toBase64Url(registrarKey.signer.publicKey),
        headers: () => ({ authorization: `Bearer member-${nth}` }),
        floors: lowFloors,
      },
      store: memoryDeviceStore(),
      days: () => member.days,
      limits: testLimits,
      schedule: "at-once",
      platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock, transport },
      ...more,
    });

  return {
    platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock },
    ...{
      round,
      task,
      traffic,
      transport,
      client,
      registrarKey,
      register,
      envelope,
      source,
      stages: maskedStages,
    },
    terms: (members: number) => roundTermsOf(round.task, checkMasked(round.manifest), members),
    coordinator: () => coordinator,
    /** Milliseconds since 1970. */
    at: () => now,
    pass(seconds: number) {
      now += seconds * 1000;
    },
    joiningCloses: joining.closes * 1000,
    ends: joining.ends * 1000,
  };
}

export type MaskedCohort = Awaited<ReturnType<typeof newMaskedCohort>>;

export const STAGES = 6;

/** Devices whose members said yes to training. */
export async function consenting(
  cohort: MaskedCohort,
  people: readonly Member[],
  change: (index: number) => Partial<ClientOptions> = () => ({}),
) {
  return await Promise.all(
    people.map(async (member, i) => {
      const client = cohort.client(member, i, change(i));
      await client.consent.grant("model-training");
      return client;
    }),
  );
}

type Clients = readonly Client[];

export async function syncAll(clients: Clients) {
  const all = [];
  for (const client of clients) all.push(await client.sync());
  return all;
}

/** All join, and the time for it passes. */
export async function joinAll(cohort: MaskedCohort, clients: Clients) {
  for (const results of await syncAll(clients))
    if (results.length !== 1 || results[0]?.outcome !== "waiting") throw new Error(JSON.stringify(results));
  cohort.pass((cohort.joiningCloses - cohort.at()) / 1000);
}

/** To the round's end. @returns what each device was told last */
export async function finish(clients: Clients) {
  let last: Awaited<ReturnType<typeof syncAll>> = [];
  for (let i = 0; i <= STAGES + 1; i++) {
    const results = await syncAll(clients);
    last = results.map((each, nth) => (each.length > 0 ? each : (last[nth] ?? [])));
  }
  return last;
}

/** To the end, without somebody: what all who are there have answered closes when its time is over. */
export async function carryOn(cohort: MaskedCohort, clients: Clients) {
  const stage = () => cohort.coordinator()?.stage;
  for (let i = 0; i < 4 * STAGES && stage() !== "done" && stage() !== "aborted"; i++) {
    const before = stage();
    await syncAll(clients);
    if (stage() === before) cohort.pass(61);
  }
}
