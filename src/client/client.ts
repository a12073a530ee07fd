// The client an app embeds. Creating one does nothing: no request, no read of the member's days, until consent and sync.
import { reduceWindow } from "../contribution/window.ts";
import { type Score, scoreMember } from "../learning/device/score.ts";
import { decodePlan } from "../learning/plan/plan.ts";
import { capsInWords, type Lifetime, lifetimeOf } from "../privacy/accounting/lifetime.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { ReleaseDocument } from "../task/release.ts";
import { type Consent, consentedPurposes, newConsent } from "./consent.ts";
import { type LogEntry, memberLog } from "./log.ts";
import { checkedProfile, loadedDays } from "./member-data.ts";
import { type ClientOptions, settingsOf } from "./options.ts";
import { capOf, entry, keys, readJson } from "./state.ts";
import { type SyncResult, syncTasks } from "./sync.ts";

export interface Client {
  readonly consent: Consent;
  /** Takes part in the open tasks the member consented to. Safe to call again at any time. */
  sync(): Promise<readonly SyncResult[]>;
  /** Stops everything at once, without withdrawing consent. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** What left this device, when, how many bytes, in plain words. */
  log(): Promise<readonly LogEntry[]>;
  /** ρ this member has spent of the device's own caps, by ISO week and by year. */
  ledger(): Promise<readonly { readonly epoch: string; readonly spent: number; readonly cap: number }[]>;
  /** ε at δ = 10⁻⁶ of everything this device may tell in a week, a year and five years at its own caps, and in words. */
  lifetime(): Lifetime & { readonly says: string };
  /** The member's own value and group for a released question; stays here. */
  ownValue(release: ReleaseDocument): Promise<{ readonly value: number | undefined; readonly group: string | null }>;
  /** A trained model's score for this member, with its reasons; stays here. */
  score(plan: string, today: number): Promise<Score>;
}

/** @throws PacelineError invalid_argument naming the option that is wrong */
export function createClient<Own extends string = never>(options: ClientOptions<Own>): Client {
  const settings = settingsOf(options);
  const { store } = settings;
  const consent = newConsent(store, settings.platform.clock);
  const setPaused = (paused: boolean) => store.transaction({ put: [entry(keys.paused, paused)], delete: [] });
  return {
    consent,
    sync: async () => await syncTasks(settings, await consentedPurposes(consent)),
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    log: () => memberLog(settings),
    async ledger() {
      const epochs = (await store.keys("epoch/")).map((key) => key.slice("epoch/".length));
      return await Promise.all(
        epochs.map(async (epoch) => {
          const spent = Number((await readJson<string>(store, keys.epoch(epoch))) ?? "0") / 1e9;
          return { epoch, spent, cap: Number(capOf(settings, epoch)) / 1e9 };
        }),
      );
    },
    lifetime() {
      const { rhoPerEpoch, rhoPerYear } = settings;
      const lifetime = lifetimeOf({ week: rhoPerEpoch, year: rhoPerYear });
      return { ...lifetime, says: capsInWords(lifetime) };
    },
    async ownValue({ source, encoder, window, definitions }) {
      if (source.kind !== "statistic" || encoder.kind !== "histogram") return { value: undefined, group: null };
      const profile = await checkedProfile(settings);
      const group = encoder.group === null ? null : (profile[encoder.group.attribute] ?? null);
      const days = (await loadedDays(settings)) ?? [];
      return { value: reduceWindow(days, source, window, registryOf({ definitions })), group };
    },
    score: async (plan, today) => scoreMember(decodePlan(plan), (await loadedDays(settings)) ?? [], today),
  };
}
