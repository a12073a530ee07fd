// What an app configures, with its defaults. Keys and addresses are pinned here, in the app, not fetched.
import { fromBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { serviceUrlFault } from "../base/service-url.ts";
import { plainEngine } from "../learning/device/logistic.ts";
import { portableCrypto, webClock, webEntropy, webTransport, webWasm } from "../platform/web/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { type Entropy, onlySecure } from "../ports/entropy.ts";
import type { TrainingEngine } from "../ports/training-engine.ts";
import type { Transport } from "../ports/transport.ts";
import type { WasmHost } from "../ports/wasm.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import type { PinnedKeys } from "../task/envelope.ts";

export interface ClientOptions {
  readonly coordinator: { readonly url: string /** Ed25519, base64url */; readonly registerKey: string };
  readonly helper: { readonly url: string /** Ed25519, base64url */; readonly signingKey: string };
  /** Durable: what it forgets, the device could give away twice. */
  readonly store: DeviceStore;
  /** The member's own days; read only after consent. */
  readonly days: () => readonly MemberDay[] | Promise<readonly MemberDay[]>;
  readonly profile: () => Profile | Promise<Profile>;
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
  /** Defaults to the web platform's. */
  readonly platform?: Partial<Platform>;
  /** Defaults to plain TypeScript. */
  readonly engine?: TrainingEngine;
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
}

export interface Platform {
  readonly crypto: Crypto;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly transport: Transport;
  /** Plain TypeScript does its work where it is missing or answers nothing. */
  readonly wasm?: WasmHost | undefined;
}

/** @throws PacelineError invalid_argument */
function secretOf(secret: Uint8Array | string): Uint8Array {
  const bytes = typeof secret === "string" ? fromBase64Url(secret) : secret;
  if (bytes.length !== 32) fail("invalid_argument", "memberSecret must be 32 bytes, or base64url of them");
  return bytes.slice();
}

/** The options with their defaults, checked. */
export interface Settings {
  readonly coordinatorUrl: string;
  readonly helperUrl: string;
  readonly pinned: PinnedKeys;
  readonly store: DeviceStore;
  readonly days: ClientOptions["days"];
  readonly profile: ClientOptions["profile"];
  readonly rhoPerTask: bigint;
  readonly rhoPerEpoch: bigint;
  readonly rhoPerYear: bigint;
  readonly minBatchFloor: number;
  readonly memberSecret: Uint8Array | undefined;
  readonly platform: Platform;
  readonly engine: TrainingEngine;
}

const defaults: ClientLimits = { rhoPerTask: 0.5, rhoPerEpoch: 3, rhoPerYear: 12, minBatchFloor: 50 };

/** @throws PacelineError invalid_argument naming the option */
export function settingsOf(options: ClientOptions): Settings {
  const limits = { ...defaults, ...options.limits };
  const nano = (name: string, rho: number): bigint => {
    if (!(rho > 0 && rho <= 1000)) fail("invalid_argument", `limits.${name} must be a ρ above 0 and at most 1000`);
    return BigInt(Math.floor(rho * 1e9));
  };
  if (!Number.isSafeInteger(limits.minBatchFloor) || limits.minBatchFloor < 1)
    fail("invalid_argument", "limits.minBatchFloor must be a whole number above 0");
  const key = (name: string, text: string): Uint8Array => {
    const bytes = fromBase64Url(text);
    if (bytes.length !== 32) fail("invalid_argument", `${name} must be a 32-byte Ed25519 key in base64url`);
    return bytes;
  };
  const url = (name: string, text: string): string => {
    const fault = serviceUrlFault(text, URL);
    if (fault !== undefined) fail("invalid_argument", `${name} ${fault}`);
    return text;
  };
  return {
    coordinatorUrl: url("coordinator.url", options.coordinator.url),
    helperUrl: url("helper.url", options.helper.url),
    pinned: {
      register: key("coordinator.registerKey", options.coordinator.registerKey),
      helper: key("helper.signingKey", options.helper.signingKey),
      registry: options.registryKey === undefined ? undefined : key("registryKey", options.registryKey),
    },
    store: options.store,
    days: options.days,
    profile: options.profile,
    rhoPerTask: nano("rhoPerTask", limits.rhoPerTask),
    rhoPerEpoch: nano("rhoPerEpoch", limits.rhoPerEpoch),
    rhoPerYear: nano("rhoPerYear", limits.rhoPerYear),
    minBatchFloor: limits.minBatchFloor,
    memberSecret: options.memberSecret === undefined ? undefined : secretOf(options.memberSecret),
    platform: {
      crypto: portableCrypto,
      clock: webClock,
      transport: webTransport(),
      wasm: webWasm,
      ...options.platform,
      entropy: onlySecure(options.platform?.entropy ?? webEntropy),
    },
    engine: options.engine ?? plainEngine,
  };
}
