// The options with their defaults, each checked.
import { webClock } from "../platform/web/clock.ts";
import { webConditions } from "../platform/web/conditions.ts";
import { webEntropy } from "../platform/web/entropy.ts";
import { webPrivacyControl } from "../platform/web/privacy-control.ts";
import { webTransport } from "../platform/web/transport.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import { onlySecure } from "../ports/entropy.ts";
import type { Controller } from "../task/consent-record.ts";
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
import type { ClientLimits, ClientOptions, Platform, Settings, Surroundings } from "./options.ts";
import { policyOf } from "./policy-options.ts";
import { tokenSettings } from "./token-options.ts";

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
    "registrar",
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

/**
 * @param around what the options leave to where the client runs
 * @throws PacelineError invalid_argument naming the option
 */
export function settingsFrom<Own extends string>(options: ClientOptions<Own>, around: Surroundings): Settings {
  objectOf("options", options, fields.options, ["coordinator", options?.registrar ? "store" : "helper", "store"]);
  const { coordinator, helper, store, days, profile, platform = {}, limits: own = {}, memberSecret } = options;
  objectOf("coordinator", coordinator, fields.coordinator, fields.coordinator);
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
    crypto: around.crypto,
    clock: webClock,
    transport: webTransport(),
    globalPrivacyControl: webPrivacyControl,
    conditions: webConditions,
    wasm: around.wasm,
    ...platform,
    entropy: onlySecure(platform.entropy ?? webEntropy),
  };
  if (helper) {
    objectOf("helper", helper, fields.helper, fields.helper);
    twoParties(["coordinator.url", coordinator.url], ["helper.url", helper.url]);
    twoParties(["coordinator.registerKey", coordinator.registerKey], ["helper.signingKey", helper.signingKey]);
  }
  const ownParts = options.engine ?? platform.crypto ?? platform.entropy ?? platform.wasm;
  return {
    coordinatorUrl: addressOf("coordinator.url", coordinator.url),
    helperUrl: helper && addressOf("helper.url", helper.url),
    pinned: {
      register: keyOf("coordinator.registerKey", coordinator.registerKey),
      helper: helper && keyOf("helper.signingKey", helper.signingKey),
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
    elsewhere: ownParts === undefined && options.worker ? around.elsewhere?.(options.worker) : undefined,
    kernels: around.kernels,
    training: around.training,
    registrar: options.registrar,
    takenBack: around.takenBack,
  };
}
