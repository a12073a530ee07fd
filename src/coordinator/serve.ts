// paceline/coordinator: leader, collector, task register and ledger as one service.
import { mechanismNoise } from "../aggregate/collect.ts";
import { claimStore } from "../aggregate/owner.ts";
import type { Preparer } from "../aggregate/prepare.ts";
import { destroyOldKeys, refuseLostKeys } from "../aggregate/receiving.ts";
import { expireAndTell } from "../aggregate/retention.ts";
import { refuseRetired, retireAndTell } from "../aggregate/retire-issuers.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import { fail } from "../base/errors.ts";
import { type ErrorLog, httpLimits } from "../http/app.ts";
import { directUploads } from "../http/direct.ts";
import { every, soon } from "../http/every.ts";
import type { Probes } from "../http/health.ts";
import { type Listening, listen, listenNowhere } from "../http/listen.ts";
import { type ServiceRole, serviceRoles, working } from "../http/roles.ts";
import type { ListenOptions } from "../http/server.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type Entropy, onlySecure } from "../ports/entropy.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Keystream } from "../ports/keystream.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { Meter } from "../ports/meter.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import type { Planner } from "../query/planner.ts";
import type { ReleaseRows } from "../release/store.ts";
import { coordinatorApp } from "./app.ts";
import { meetRegistrar } from "./masked/registrar.ts";
import { meetPartner, partnerTransport } from "./partner.ts";
import { newCoordinator } from "./service.ts";
import type { CoordinatorTerms } from "./terms.ts";

export interface CoordinatorOptions extends ListenOptions {
  readonly store: Store<AggregateRows & ReleaseRows>;
  readonly crypto: Crypto;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly keyring: Keyring;
  /** Lies apart from the store, best on another disk. */
  readonly mark: MarkFile;
  /** To the helper. */
  readonly transport: Transport;
  /** To the registrar; `transport` when left out. */
  readonly registrarTransport?: Transport | undefined;
  readonly preparer: Preparer;
  /** Off the event loop, with a limit on its time: `startLimited` of paceline/platform/node with workers/planner. */
  readonly planner: Planner;
  /** For masked rounds; where left out, there are none. */
  readonly keystream?: Keystream | undefined;
  readonly terms: CoordinatorTerms;
  readonly analystToken: string;
  /** Counts what is done, for the operator; nothing when left out. */
  readonly meter?: Meter | undefined;
  /** What its own operator shows; where left out, nobody is the operator over HTTP. */
  readonly operatorToken?: string | undefined;
  readonly version: string;
  readonly log: ErrorLog;
  /** What /health asks besides the storage and the helper. */
  readonly probes?: Probes;
  /** How long after its close an uncollected task keeps its shares; 30 days when left out. */
  readonly keepUncollectedSeconds?: number;
  /** Both when left out. One alone needs a database that several processes have open. */
  readonly roles?: readonly ServiceRole[] | undefined;
}

const SWEEP_MS = 3_600_000;
/** Rounds that are full or over are closed, and the next ones asked. */
const ADVANCE_MS = 5000;

export async function serveCoordinator(options: CoordinatorOptions): Promise<Listening> {
  const noise = mechanismNoise(onlySecure(options.entropy));
  await claimStore(options.crypto, options.store, "coordinator", options.keyring);
  const { crypto, analystToken, version, log, store, terms } = options;
  if (terms.helper === undefined && terms.registrar === undefined)
    fail("misconfigured", "this coordinator has neither a helper nor a registrar: there is nothing that it could do", {
      hint: "Name a helper for questions and trainings, or a registrar for trainings by masked sums.",
    });
  const registrarTransport = options.registrarTransport ?? options.transport;
  const transport = partnerTransport(options.transport);
  const { helper } = terms;
  const partner = helper && (await meetPartner(transport, crypto, { url: terms.url, helper }, log));
  const { roles = serviceRoles } = options;
  const verifies = roles.includes("worker");
  if (terms.registrar !== undefined) {
    const registerKey = options.keyring.signer.publicKey;
    await meetRegistrar(registrarTransport, terms.registrar, { url: terms.url, registerKey }, log);
  }
  const service = newCoordinator({
    ...options,
    transport,
    registrarTransport,
    noise,
    verifies,
    passing: () => undefined,
    soon,
  });
  await service.open(log);
  const probes = { ...options.probes, storage: store.check, ...(partner && { helper: partner }) };
  const helperToken = helper?.token;
  const { operatorToken, meter } = options;
  const app = coordinatorApp({
    service,
    operatorToken,
    meter,
    crypto,
    analystToken,
    helperToken,
    version,
    log,
    probes,
  });
  if (verifies)
    await every(SWEEP_MS, log, "expiring tasks", () =>
      expireAndTell(store, options.clock, options.keepUncollectedSeconds, log),
    );
  await refuseRetired(crypto, store, terms.tokens);
  if (verifies) await every(SWEEP_MS, log, "retiring issuers", () => retireAndTell(crypto, store, terms.tokens, log));
  await every(SWEEP_MS, log, "destroying old receiving keys", () => destroyOldKeys(service, log));
  await refuseLostKeys(service);
  if (!roles.includes("api")) return working(listenNowhere(app), service, LOOPS, log);
  // In the background: a helper that is away must not keep this service from serving.
  service.recover().catch((error: unknown) => log(`reservations: ${String(error)}`, "reservations.failed"));
  await every(ADVANCE_MS, log, "masked rounds", async () => {
    for (const failed of await service.masked.advanceAll()) log(`masked round ${failed}`, "training.failed");
  });
  await every(ADVANCE_MS, log, "trainings", async () => {
    for (const failed of await service.trainings.advanceAll()) log(`training ${failed}`, "training.failed");
  });
  const direct = directUploads(httpLimits, log, (id, body) => service.upload(id, body));
  const listening = await listen(app, httpLimits, options, direct);
  return verifies ? working(listening, service, LOOPS, log) : listening;
}

/** It verifies several tasks at once by itself. */
const LOOPS = 1;

export type { Preparer } from "../aggregate/prepare.ts";
export type { AggregateRows } from "../aggregate/store.ts";
export type { Infer } from "../base/schema.ts";
export type { Check, Definition, Schema } from "../base/schema-definition.ts";
export type { ErrorLog } from "../http/app.ts";
export type { Probes } from "../http/health.ts";
export type { Listening } from "../http/listen.ts";
export type { ServiceRole } from "../http/roles.ts";
export type { ListenOptions, TlsPair } from "../http/server.ts";
export type { Meter } from "../ports/meter.ts";
export { inlinePlanner, type Planner, workerPlanner } from "../query/planner.ts";
export type { ReleaseRows } from "../release/store.ts";
export type { Unit } from "../task/manifest.ts";
export type { OperatorRegistry, SignedDefinition } from "../task/metrics/definition.ts";
export type { TokenTerms } from "../task/tokens.ts";
export type { CoordinatorTerms, HelperTerms } from "./terms.ts";
