// The client an app embeds. Creating one does nothing: no request, no read of the member's days, until consent and sync. What a
// page needs later comes later: the parts behind sync() and most other calls are loaded by the first of them.
import { fail, isPacelineError } from "../base/errors.ts";
import { capsInWords, type Lifetime, lifetimeOf } from "../privacy/accounting/lifetime.ts";
import type { AppSample } from "./app-samples.ts";
import { type Budget, budgetOf, ledgerOf, type Spent } from "./budget.ts";
import { type Consent, newConsent } from "./consent.ts";
import type { Erasure } from "./erase.ts";
import type { ImportedFile, ImportOptions, ImportResult } from "./import-file.ts";
import type { LogEntry, LogOptions } from "./log.ts";
import type { AppDay, AppProfile, ClientOptions, Settings } from "./options.ts";
import { countDays, keepProfile } from "./own-days.ts";
import { settingsOf } from "./page.ts";
import type { Personal } from "./personal.ts";
import type { Recorded, RecordOptions } from "./record-samples.ts";
import { entry, keys, readJson } from "./state.ts";
import type { SyncResult } from "./sync.ts";
import type { Withdrawn } from "./taken-back.ts";
import { newView, type View } from "./view.ts";
import type { DryRun } from "./would-leave.ts";

export interface Client<Own extends string = never> extends Personal, Pick<View, "snapshot" | "subscribe" | "on"> {
  readonly consent: Consent;
  /** Takes part in the open tasks the member consented to. Safe to call again at any time, from any page. */
  sync(): Promise<readonly SyncResult[]>;
  /**
   * Syncs by itself for as long as the page lives: when a question's moment comes, some times a day, after being offline, and as the
   * page goes. A service worker that is woken with the tag "paceline" calls sync(). @returns what ends it
   */
  start(): () => void;
  /**
   * Stops everything at once, without withdrawing consent: until resume() not a byte leaves, unless withdraw() or eraseAll() is called.
   */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * As consent.withdraw(): nothing more leaves for this purpose. Then both aggregators are told to take out what left and is not added
   * up yet; who does not answer is told by the next syncs. @returns what became of each report that had left
   */
  withdraw(...given: Parameters<Consent["withdraw"]>): Promise<readonly Withdrawn[]>;
  /** Withdraws every consent, and deletes all that this device holds of its member. */
  eraseAll(): Promise<Erasure>;
  /** What left this device, when, how many bytes, in plain words. */
  log(options?: LogOptions): Promise<readonly LogEntry[]>;
  /** ρ this member has spent of the device's own caps this week and this year. */
  budget(): Promise<Budget>;
  /** ρ this member has spent of the device's own caps, by ISO week and by year. */
  ledger(): Promise<readonly Omit<Spent, "left">[]>;
  /** ε at δ = 10⁻⁶ of everything this device may tell in a week, a year and five years at its own caps, and in words. */
  lifetime(): Lifetime & { readonly says: string };
  /**
   * Keeps days of the member on this device; a value takes the place of what the same day and metric said before.
   * @returns how many days were written @throws PacelineError invalid_argument naming the entry that is wrong, or where the
   *   app gives days() itself
   */
  record(days: readonly AppDay<Own>[]): Promise<number>;
  /**
   * Takes up single measurements as they come from a wearable's store: units converted, zones kept, several devices united, days
   * made by the rules of an import. The same again changes nothing; a record given anew, or deleted, corrects its days.
   * @throws as for days, and conflict when another tab goes on writing: the same may be given again
   */
  record(samples: readonly AppSample[], options?: RecordOptions): Promise<Recorded>;
  /**
   * Reads a file of the member's: an export of any kind that this package knows, zipped or not. Nothing of it leaves; its days are
   * kept as by record().
   * @throws PacelineError invalid_data for what cannot be read, saying what it is and how to get something that can
   */
  import(file: ImportedFile, options?: ImportOptions): Promise<ImportResult>;
  /**
   * What this device would send for a question that waits, made as sync() makes it: nothing is kept, charged or sent. Shares are
   * drawn anew each time, so other bytes of the same length.
   * @param task of a notice @throws PacelineError not_found, or what the device refuses it for
   */
  dryRun(task: string): Promise<DryRun>;
  /** @throws PacelineError invalid_argument naming the entry that is wrong, or where the app gives profile() itself */
  setProfile(profile: AppProfile<Own>): Promise<void>;
}

/** @throws PacelineError invalid_argument naming the option that is wrong */
export function createClient<Own extends string = never>(options: ClientOptions<Own>): Client<Own> {
  const settings = settingsOf(options);
  const { store, platform } = settings;
  const consent = newConsent(settings);
  const { watch } = store;
  const view = newView(
    () => stateOf(settings, consent),
    () => platform.clock.now(),
    watch && ((listener) => watch.call(store, listener)),
  );
  const personal = () => import("./personal.ts").then(({ personalOf }) => personalOf(settings));
  const told = async (purpose: Parameters<Consent["withdraw"]>[0]) => {
    const state = (await consent.status()).find((one) => one.purpose === purpose)?.state ?? "off";
    await view.emit({ type: "consent", purpose, state });
  };
  const withdraw: Client["withdraw"] = async (purpose, method) => {
    await consent.withdraw(purpose, method);
    await told(purpose);
    const results = await (await import("./erase.ts")).tellAggregators(settings, purpose);
    await view.emit({ type: "changed" });
    return results;
  };
  const sync = syncing(settings, view);
  const setPaused = async (paused: boolean) => {
    await store.transaction({ put: [entry(keys.paused, paused)], delete: [] });
    await view.emit({ type: paused ? "paused" : "resumed" });
  };
  return {
    consent: {
      ...consent,
      async grant(purpose, shown) {
        const receipt = await consent.grant(purpose, shown);
        await told(purpose);
        return receipt;
      },
      withdraw: async (...given) => void (await withdraw(...given)),
    },
    withdraw,
    snapshot: view.snapshot,
    subscribe: view.subscribe,
    on: view.on,
    sync,
    start: () => starting(settings, sync),
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    async eraseAll() {
      const { eraseAll } = await import("./erase.ts");
      const erasure = await eraseAll(settings, consent);
      await view.emit({ type: "erased" });
      return erasure;
    },
    log: async (options) => (await import("./log.ts")).memberLog(settings, options),
    budget: () => budgetOf(settings),
    ledger: () => ledgerOf(settings),
    record: recording(settings, view) as Client<Own>["record"],
    async setProfile(profile) {
      if (settings.profile !== undefined)
        fail("invalid_argument", "the app gives profile() itself, so none is set here");
      const { checkProfile } = await import("./member-checks.ts");
      await keepProfile(settings, checkProfile(profile, settings.pinned.registry !== undefined));
      await view.emit({ type: "changed" });
    },
    async import(file, options) {
      if (settings.days !== undefined)
        fail("invalid_argument", "the app gives days() itself, so nothing is imported here");
      const { importFile } = await import("./import-file.ts");
      const result = await importFile(settings, file, options);
      await view.emit({ type: "recorded", days: result.days });
      return result;
    },
    dryRun: async (task) => (await import("./dry-run.ts")).dryRun(settings, task),
    export: async (format) => (await personal()).export(format),
    lifetime() {
      const { rhoPerEpoch, rhoPerYear } = settings;
      const lifetime = lifetimeOf({ week: rhoPerEpoch, year: rhoPerYear });
      const resets =
        settings.tokens === undefined
          ? "No issuer of tokens runs: an app that is deleted and installed again starts with its limits unused."
          : "Tokens hold the year's limit on an app that was installed again too.";
      return { ...lifetime, says: `${capsInWords(lifetime)} ${resets}` };
    },
    ownValue: async (release) => (await personal()).ownValue(release),
    score: async (plan, today) => (await personal()).score(plan, today),
    foresee: async (model, today, language) => (await personal()).foresee(model, today, language),
    days: async () => (await personal()).days(),
    notices: async (language) => (await personal()).notices(language),
  };
}

function recording(settings: Settings, view: View) {
  return async (given: readonly (AppDay | AppSample)[], options?: RecordOptions): Promise<number | Recorded> => {
    const result = await (await import("./record.ts")).record(settings, given, options);
    await view.emit({ type: "recorded", days: typeof result === "number" ? result : result.days });
    return result;
  };
}

function syncing(settings: Settings, view: View): () => Promise<readonly SyncResult[]> {
  return async () => {
    await view.emit({ type: "sync-started" });
    try {
      const { syncTasks } = await import("./taking-part.ts");
      const results = await syncTasks(settings);
      await view.emit({ type: "synced", results });
      return results;
    } catch (error) {
      await view.emit({ type: "sync-failed", code: isPacelineError(error) ? error.code : "internal" });
      throw error;
    }
  };
}

function starting(settings: Settings, sync: () => Promise<readonly SyncResult[]>): () => void {
  let stop: (() => void) | undefined;
  let ended = false;
  import("./runner.ts").then(({ startRunner }) => {
    if (!ended) stop = startRunner(settings, sync);
  });
  return () => {
    ended = true;
    stop?.();
  };
}

async function stateOf(settings: Settings, consent: Consent) {
  const { store } = settings;
  const [paused, status, budget, waiting, left, days] = await Promise.all([
    readJson<boolean>(store, keys.paused),
    consent.status(),
    budgetOf(settings),
    store.keys("pending"),
    store.keys("left/"),
    countDays(settings),
  ]);
  const unsent = await store.keys("queue/");
  const consents = Object.fromEntries(status.map(({ purpose, state }) => [purpose, state]));
  return {
    paused: paused ?? false,
    refusedBySignal: settings.refusedBySignal(),
    consents: consents as Record<(typeof status)[number]["purpose"], (typeof status)[number]["state"]>,
    budget,
    waiting: waiting.length,
    queued: unsent.length,
    logged: left.length,
    days,
  };
}
