// paceline/helper: the independent aggregator as a service. Ships as its own entry and is run by another organisation.
import { mechanismNoise } from "../aggregate/collect.ts";
import { claimStore } from "../aggregate/owner.ts";
import type { Preparer } from "../aggregate/prepare.ts";
import { destroyOldKeys, refuseLostKeys } from "../aggregate/receiving.ts";
import { expireAndTell } from "../aggregate/retention.ts";
import { refuseRetired, retireAndTell } from "../aggregate/retire-issuers.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import { type ErrorLog, httpLimits } from "../http/app.ts";
import { every, soon } from "../http/every.ts";
import type { Probes } from "../http/health.ts";
import { type Listening, listen, listenNowhere } from "../http/listen.ts";
import { type ServiceRole, serviceRoles, working } from "../http/roles.ts";
import type { ListenOptions } from "../http/server.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type Entropy, onlySecure } from "../ports/entropy.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { Meter } from "../ports/meter.ts";
import type { Store } from "../ports/store.ts";
import type { LedgerRows } from "../release/store.ts";
import { helperApp } from "./app.ts";
import type { HelperPolicy } from "./policy.ts";
import { newHelper } from "./service.ts";

export interface HelperOptions extends ListenOptions {
  readonly store: Store<AggregateRows & LedgerRows>;
  readonly crypto: Crypto;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly keyring: Keyring;
  /** Lies apart from the store, best on another disk. */
  readonly mark: MarkFile;
  readonly preparer: Preparer;
  readonly policy: HelperPolicy;
  /** Its own public address, as manifests name it. */
  readonly url: string;
  readonly leaderUrl: string;
  readonly leaderToken: string;
  /** SHA-256 of the certificate that the leader has to show besides, in hex; it is seen where this service ends TLS. */
  readonly leaderCertificate?: string | undefined;
  /** Counts what is done, for the operator; nothing when left out. */
  readonly meter?: Meter | undefined;
  /** What its own operator shows; where left out, nobody is the operator over HTTP. */
  readonly operatorToken?: string | undefined;
  /** No report is taken when the store is larger; 16 GiB when left out. */
  readonly databaseBytesMax?: number;
  readonly version: string;
  readonly log: ErrorLog;
  /** What /health asks besides the storage. */
  readonly probes?: Probes;
  /** How long after its close an uncollected task keeps its shares; 30 days when left out. */
  readonly keepUncollectedSeconds?: number;
  /** Both when left out. One alone needs a database that several processes have open. */
  readonly roles?: readonly ServiceRole[] | undefined;
}

const SWEEP_MS = 3_600_000;

export async function serveHelper(options: HelperOptions): Promise<Listening> {
  const noise = mechanismNoise(onlySecure(options.entropy));
  await claimStore(options.crypto, options.store, "helper", options.keyring);
  const { crypto, leaderToken, leaderCertificate, version, log, store } = options;
  const { roles = serviceRoles } = options;
  const verifies = roles.includes("worker");
  const service = newHelper({ ...options, noise, verifies, passing: () => undefined, soon });
  await service.open(log);
  const probes = { ...options.probes, storage: store.check };
  const app = helperApp({
    service,
    crypto,
    leaderToken,
    leaderCertificate,
    operatorToken: options.operatorToken,
    meter: options.meter,
    version,
    log,
    probes,
  });
  if (verifies)
    await every(SWEEP_MS, log, "expiring tasks", () =>
      expireAndTell(store, options.clock, options.keepUncollectedSeconds, log),
    );
  await refuseRetired(crypto, store, options.policy.tokens);
  if (verifies)
    await every(SWEEP_MS, log, "retiring issuers", () => retireAndTell(crypto, store, options.policy.tokens, log));
  await every(SWEEP_MS, log, "destroying old receiving keys", () => destroyOldKeys(service, log));
  await refuseLostKeys(service);
  const listening = roles.includes("api") ? await listen(app, httpLimits, options) : listenNowhere(app);
  return verifies ? working(listening, service, LOOPS, log) : listening;
}

/** While one waits for its database, the other verifies. */
const LOOPS = 2;

export type { Preparer } from "../aggregate/prepare.ts";
export type { AggregateRows } from "../aggregate/store.ts";
export type { ErrorLog } from "../http/app.ts";
export type { Probes } from "../http/health.ts";
export type { Listening } from "../http/listen.ts";
export type { ServiceRole } from "../http/roles.ts";
export type { ListenOptions, TlsPair } from "../http/server.ts";
export type { Meter } from "../ports/meter.ts";
export type { LedgerRows } from "../release/store.ts";
export type { Unit } from "../task/manifest.ts";
export type { DefinitionTrust } from "../task/metrics/definition.ts";
export type { Purpose } from "../task/purposes.ts";
export type { TokenTerms } from "../task/tokens.ts";
export type { HelperPolicy } from "./policy.ts";
