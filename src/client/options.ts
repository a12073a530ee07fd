// What an app configures. Keys and addresses are pinned here, in the app, not fetched; settings.ts checks it.
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { DeviceConditions } from "../ports/device-conditions.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { TrainingEngine } from "../ports/training-engine.ts";
import type { Transport } from "../ports/transport.ts";
import type { WasmHost } from "../ports/wasm.ts";
import type { DeviceEngine, DeviceMeasurement } from "../protocol/vdaf/device-sharder.ts";
import type { MemberDay } from "../records/types.ts";
import type { DeviceSharding } from "../report/sealer.ts";
import type { Controller } from "../task/consent-record.ts";
import type { VectorEncoder, WordsEncoder } from "../task/encoder.ts";
import type { PinnedKeys } from "../task/envelope.ts";
import type { Manifest } from "../task/manifest.ts";
import type { AttributeId, MetricId } from "../task/metrics.ts";
import type { Contribution } from "../task/stages.ts";
import type { RegistrarOptions } from "./masked/registrar-options.ts";
import type { SyncPolicy } from "./policy-options.ts";
import type { MadeReport, ReportJob, RoundModel } from "./report-job.ts";
import type { Withdrawn } from "./taken-back.ts";
import type { Time } from "./time.ts";
import type { TokenOptions, TokenSettings } from "./token-options.ts";

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
  /**
   * Left out, with a `registrar`: a coordinator that has no helper. The device then takes part in its masked rounds, and refuses every
   * task that two aggregators would add up.
   */
  readonly helper?: { readonly url: string /** Ed25519, base64url */; readonly signingKey: string };
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
   * Where a registrar runs, for training by one coordinator with masked sums: the device then takes part in such rounds too, each over
   * several syncs. Without it, in none.
   */
  readonly registrar?: RegistrarOptions;
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
  /** Undefined where the coordinator has none. */
  readonly helperUrl: string | undefined;
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
  /** Undefined where there is no worker to make reports, or the app computes with parts of its own, which no worker has. */
  readonly elsewhere: Elsewhere | undefined;
  readonly kernels: Kernels;
  /** Undefined where nothing trains: trainings then wait for a page that does. */
  readonly training: LoadTraining | undefined;
  readonly takenBack: TakingBack | undefined;
  /** Checked when it is first used. */
  readonly registrar: RegistrarOptions | undefined;
}

/**
 * Takes back what was withdrawn, as far as the aggregators answer, and ends masked rounds whose time is over.
 * @param quiet what keeps anything from being sent now, if something does
 */
export type TakingBack = (settings: Settings, quiet: unknown) => Promise<readonly Withdrawn[]>;

/** Makes a report on another thread, or here where there is none. */
export type Elsewhere = (job: ReportJob, here: () => Promise<MadeReport>) => Promise<MadeReport>;

/** Loads the kernels for long vectors; gives nothing where they do not run. */
export type Kernels = (wasm: WasmHost) => Promise<DeviceEngine | undefined>;

/** What training takes: training.ts, which says more. */
export interface Training {
  checkTraining(manifest: Manifest): unknown;
  modelFor(settings: Settings, transport: Transport, manifest: Manifest, time?: Time): Promise<RoundModel | undefined>;
  /** Of `maskedRounds`: @param round sync.ts's own @returns its results */
  maskedRounds(): Promise<{
    maskedRounds<Round, Result>(options: RegistrarOptions, round: Round): Promise<readonly Result[]>;
  }>;
  nullUpdate(encoder: VectorEncoder | WordsEncoder): Contribution;
  trainingStep(
    device: Pick<Settings, "engine"> & { readonly platform: Pick<Platform, "entropy"> },
    manifest: Manifest,
    days: readonly MemberDay[],
    model: RoundModel | undefined,
  ): Contribution | undefined;
  additiveSharder(vdaf: Extract<Manifest["vdaf"], { type: "AdditiveSum" }>): DeviceSharding<DeviceMeasurement>;
}
export type LoadTraining = () => Promise<Training>;

/** What differs between a page, which loads parts when they are needed, and a service worker, which can load nothing later. */
export interface Surroundings
  extends Pick<Platform, "crypto" | "wasm">,
    Pick<Settings, "kernels" | "training" | "takenBack"> {
  readonly elsewhere: ((worker: () => Worker) => Elsewhere) | undefined;
}
