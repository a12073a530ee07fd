// What an app configures, with its defaults. Keys and addresses are pinned here, in the app, not fetched.
import {
  portableCrypto,
  webClock,
  webConditions,
  webEntropy,
  webPrivacyControl,
  webTransport,
  webWasm,
} from "../platform/web/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { DeviceConditions } from "../ports/device-conditions.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { type Entropy, onlySecure } from "../ports/entropy.ts";
import type { TrainingEngine } from "../ports/training-engine.ts";
import type { Transport } from "../ports/transport.ts";
import type { WasmHost } from "../ports/wasm.ts";
import type { Controller } from "../task/consent-record.ts";
import type { PinnedKeys } from "../task/envelope.ts";
import type { AttributeId, MetricId } from "../task/metrics.ts";
import {
  addressOf,
  functionOf,
  keyOf,
  objectOf,
  oneOf,
  rhoOf,
  secretOf,
  textOf,
  twoParties,
  wholeOf,
} from "./option-checks.ts";
import { policyOf, type SyncPolicy } from "./policy-options.ts";
import { type TokenOptions, type TokenSettings, tokenSettings } from "./token-options.ts";

/** One local day as an app gives it. `Own`: names of metrics that the operator's registry defines. */
export interface AppDay<Own extends string = never> {
  /** Days since 1970-01-01, in the member's own calendar. */
  readonly day: number;
  /** Values in the metric's unit; one that is absent was not measured, which is not zero. */
  readonly values: Readonly<Partial<Record<MetricId | Own, number>>>;
  /**
   * What happened and how often, by attribute and value: { visitHours: { "mon 18": 1 } }. An attribute that is absent was not
   * recorded; {} says that nothing happened.
   */
  readonly events?: Readonly<Partial<Record<AttributeId | Own, Readonly<Record<string, number>>>>>;
}

/** Bands and labels only. `Own`: names of attributes that the operator's registry defines. */
export type AppProfile<Own extends string = never> = Readonly<Partial<Record<AttributeId | Own, string>>>;

type Soon<T> = T | Promise<T>;

/** `Own`: names of metrics and attributes that the operator's registry defines, such as createClient<"mood">({ … }). */
export interface ClientOptions<Own extends string = never> {
  readonly coordinator: { readonly url: string /** Ed25519, base64url */; readonly registerKey: string };
  readonly helper: { readonly url: string /** Ed25519, base64url */; readonly signingKey: string };
  /** Durable: what it forgets, the device could give away twice. */
  readonly store: DeviceStore;
  /**
   * The member's own days, each once, in any order; read only after consent. Give undefined while they are not loaded: the
   * device then waits within each task's time. [] counts as not loaded until there was a day once; then it is an answer.
   * Left out: the days that record() and import() were given, kept in the store.
   */
  readonly days?: () => Soon<readonly AppDay<Own>[] | undefined>;
  /** Left out: what setProfile() was given. */
  readonly profile?: () => Soon<AppProfile<Own>>;
  /** Who asks for consent, as the member should know them: on receipts, whose `lacks` says what is not stated here. */
  readonly controller?: string | Controller;
  readonly limits?: Partial<ClientLimits>;
  /**
   * 32 random bytes (or base64url of them) of the member's account: the same on every device of theirs and after a
   * reinstall, synced by the app, unknown to the services. With it a member counts once a task, however many devices they
   * have; without it the client counts one installation, and refuses tasks that promise to count members.
   */
  readonly memberSecret?: Uint8Array | string;
  /**
   * The operator's registry key, Ed25519, base64url: with it the device also takes metrics, attributes and formulas that
   * are not built in, when their definitions are signed with it. Without it such tasks are refused.
   */
  readonly registryKey?: string;
  /**
   * Where an issuer of tokens runs: the year's limit then holds on a reset device and a reinstalled app too, and tasks that
   * spend no tokens are refused.
   */
  readonly tokens?: TokenOptions;
  /**
   * "spread" (default): each task is answered at a moment of its own in the first half of the task's time, so that when a
   * report comes tells nobody anything. "at-once": at the first sync, for tests, demonstrations and kiosks.
   */
  readonly schedule?: "spread" | "at-once";
  /** When to be quiet. Default: never. */
  readonly policy?: SyncPolicy;
  /** Defaults to the web platform's. */
  readonly platform?: Partial<Platform>;
  /** Defaults to plain TypeScript. */
  readonly engine?: TrainingEngine;
  /**
   * Starts a worker whose script imports paceline/worker: files are then read and reports made off the page's thread, such as
   * () => new Worker("worker.js", { type: "module" }). Left out, or where it does not start: on this thread, with pauses. A crypto,
   * entropy, wasm or engine of the app's own makes reports on this thread.
   */
  readonly worker?: () => Worker;
}

export interface ClientLimits {
  /** ρ one task may cost. */
  readonly rhoPerTask: number;
  /** ρ an ISO week may cost this member in all. */
  readonly rhoPerEpoch: number;
  /** ρ a year of such weeks may cost this member in all. */
  readonly rhoPerYear: number;
  /** The smallest minimum batch to take part in. */
  readonly minBatchFloor: number;
  /** Days after the end of a task's window for which it is still answered. */
  readonly windowAgeDaysMax: number;
}

export interface Platform {
  readonly crypto: Crypto;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly transport: Transport;
  /** Whether the browser says no to everything optional. Default: navigator.globalPrivacyControl. */
  readonly globalPrivacyControl: () => boolean;
  readonly conditions: DeviceConditions;
  /** Plain TypeScript does its work where it is missing or answers nothing. */
  readonly wasm?: WasmHost | undefined;
}

/** The options with their defaults, checked. */
export interface Settings {
  readonly coordinatorUrl: string;
  readonly helperUrl: string;
  readonly pinned: PinnedKeys;
  readonly store: DeviceStore;
  /** Undefined: the client keeps them itself. */
  readonly days: (() => Soon<unknown>) | undefined;
  readonly profile: (() => Soon<unknown>) | undefined;
  readonly controller: Controller | null;
  readonly refusedBySignal: () => boolean;
  readonly rhoPerTask: bigint;
  readonly rhoPerEpoch: bigint;
  readonly rhoPerYear: bigint;
  readonly minBatchFloor: number;
  readonly windowAgeDaysMax: number;
  readonly memberSecret: Uint8Array | undefined;
  readonly tokens: TokenSettings | undefined;
  readonly spread: boolean;
  readonly policy: SyncPolicy;
  readonly platform: Platform;
  readonly engine: TrainingEngine | undefined;
  readonly worker: (() => Worker) | undefined;
  /** Undefined too where the app computes with parts of its own, which no worker has. */
  readonly reportWorker: (() => Worker) | undefined;
}

const defaults: ClientLimits = {
  rhoPerTask: 0.25,
  rhoPerEpoch: 0.5,
  rhoPerYear: 1,
  minBatchFloor: 50,
  windowAgeDaysMax: 60,
};

const fields = {
  options: [
    "coordinator",
    "helper",
    "store",
    "days",
    "profile",
    "controller",
    "limits",
    "memberSecret",
    "registryKey",
    "tokens",
    "schedule",
    "policy",
    "platform",
    "engine",
    "worker",
  ],
  controller: ["name", "contact", "address", "jurisdictions", "lawfulBasis", "privacyNotice"],
  coordinator: ["url", "registerKey"],
  helper: ["url", "signingKey"],
  limits: Object.keys(defaults),
  platform: ["crypto", "entropy", "clock", "transport", "globalPrivacyControl", "conditions", "wasm"],
} as const;

/** How its fields must look is asked when it is first used. */
function controllerOf(given: Controller | string): Controller {
  if (typeof given !== "string") objectOf("controller", given, fields.controller, ["name"]);
  return typeof given === "string" ? { name: textOf("controller", given, 200) } : given;
}

/** @throws PacelineError invalid_argument naming the option */
export function settingsOf<Own extends string>(options: ClientOptions<Own>): Settings {
  objectOf("options", options, fields.options, ["coordinator", "helper", "store"]);
  const { coordinator, helper, store, days, profile, platform = {}, limits: own = {}, memberSecret } = options;
  objectOf("coordinator", coordinator, fields.coordinator, fields.coordinator);
  objectOf("helper", helper, fields.helper, fields.helper);
  objectOf("limits", own, fields.limits);
  objectOf("platform", platform, fields.platform);
  for (const name of ["get", "keys", "transaction"] as const)
    functionOf(
      `store.${name}`,
      (store as Partial<DeviceStore>)[name],
      "Await openDeviceStore() and pass what it gives.",
    );
  const limits = { ...defaults, ...own };
  const all: Platform = {
    crypto: portableCrypto,
    clock: webClock,
    transport: webTransport(),
    globalPrivacyControl: webPrivacyControl,
    conditions: webConditions,
    wasm: webWasm,
    ...platform,
    entropy: onlySecure(platform.entropy ?? webEntropy),
  };
  twoParties(["coordinator.url", coordinator.url], ["helper.url", helper.url]);
  twoParties(["coordinator.registerKey", coordinator.registerKey], ["helper.signingKey", helper.signingKey]);
  return {
    coordinatorUrl: addressOf("coordinator.url", coordinator.url),
    helperUrl: addressOf("helper.url", helper.url),
    pinned: {
      register: keyOf("coordinator.registerKey", coordinator.registerKey),
      helper: keyOf("helper.signingKey", helper.signingKey),
      registry: options.registryKey === undefined ? undefined : keyOf("registryKey", options.registryKey),
    },
    store,
    days: days && functionOf("days", days, "For example days: () => myMemberDays()."),
    profile: profile && functionOf("profile", profile, 'For example profile: () => ({ ageBand: "35-44" }).'),
    controller: options.controller === undefined ? null : controllerOf(options.controller),
    refusedBySignal: () => all.globalPrivacyControl(),
    rhoPerTask: rhoOf("limits.rhoPerTask", limits.rhoPerTask),
    rhoPerEpoch: rhoOf("limits.rhoPerEpoch", limits.rhoPerEpoch),
    rhoPerYear: rhoOf("limits.rhoPerYear", limits.rhoPerYear),
    minBatchFloor: wholeOf("limits.minBatchFloor", limits.minBatchFloor),
    windowAgeDaysMax: wholeOf("limits.windowAgeDaysMax", limits.windowAgeDaysMax),
    memberSecret: memberSecret === undefined ? undefined : secretOf(memberSecret),
    tokens: options.tokens && tokenSettings(options.tokens),
    spread: oneOf("schedule", options.schedule ?? "spread", ["spread", "at-once"]) === "spread",
    policy: policyOf(options.policy ?? {}),
    platform: all,
    engine: options.engine,
    worker: options.worker,
    reportWorker: (options.engine ?? platform.crypto ?? platform.entropy ?? platform.wasm) ? undefined : options.worker,
  };
}
