// Work off the page's thread. A desk is one worker that is started when it is first needed; calling off ends its thread, which
// is the only way to stop what computes, and the next piece of work starts another.
import { type Signal, signal } from "@preact/signals";
import { proxy, type Remote, wrap } from "comlink";
import { isPacelineError } from "../../base/errors.ts";
import { carryErrors } from "../../platform/worker-errors.ts";
import type { ApiOf, Opener, Part } from "../worker.ts";
import type { Progress } from "./progress.ts";

export interface Trouble {
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface Job<Result> {
  /** Undefined until there is one; the last one stays while another is made. */
  readonly result: Signal<Result | undefined>;
  readonly trouble: Signal<Trouble | undefined>;
  readonly busy: Signal<boolean>;
  /** 0 to 1, or undefined while nobody knows. */
  readonly share: Signal<number | undefined>;
  /** A later call makes the result of an earlier one void. */
  run(): Promise<void>;
  cancel(): void;
}

export interface Desk<Api> {
  /** One call, for what is shown at once or never. */
  call<Result>(work: (api: Remote<Api>) => Promise<Result>): Promise<Result>;
  job<Result>(work: (api: Remote<Api>, progress: Progress) => Promise<Result>): Job<Result>;
}

const endings = new Set<() => void>();

/** Ends what runs in any room: whoever leaves one sees nothing of it any more. */
export function endWork(): void {
  for (const ending of endings) ending();
}

/** A thread for one room's work; a room may have several, so that ending one piece of work ends no other. */
export function newDesk<P extends Part>(part: P): Desk<ApiOf<P>> {
  type Api = ApiOf<P>;
  carryErrors();
  let worker: Worker | undefined;
  let api: Promise<Remote<Api>> | undefined;
  let stops = new Set<(trouble: Trouble) => void>();

  function remote(): Promise<Remote<Api>> {
    if (api === undefined) {
      worker = new Worker(new URL("../worker.ts", import.meta.url), { type: "module" });
      worker.addEventListener("error", (event) => {
        end({
          message: `a part of the page could not be started: ${event.message || "its script did not load"}`,
          hint: "Reload the page.",
        });
      });
      api = wrap<Opener>(worker).open(part) as unknown as Promise<Remote<Api>>;
    }
    return api;
  }

  function end(trouble: Trouble): void {
    worker?.terminate();
    worker = undefined;
    api = undefined;
    const waiting = stops;
    stops = new Set();
    for (const stop of waiting) stop(trouble);
  }

  endings.add(() => {
    if (stops.size > 0) end({ message: "called off" });
  });

  return {
    call: async (work) => await work(await remote()),
    job<Result>(work: (api: Remote<Api>, progress: Progress) => Promise<Result>): Job<Result> {
      const [result, trouble] = [signal<Result | undefined>(undefined), signal<Trouble | undefined>(undefined)];
      const [busy, share] = [signal(false), signal<number | undefined>(undefined)];
      let latest = 0;
      return {
        result,
        trouble,
        busy,
        share,
        async run() {
          const mine = ++latest;
          busy.value = true;
          share.value = undefined;
          let stop: ((trouble: Trouble) => void) | undefined;
          const stopped = new Promise<never>((_, reject) => {
            stop = reject;
          });
          if (stop !== undefined) stops.add(stop);
          try {
            const progress = proxy((done: number, total: number) => {
              if (mine === latest) share.value = total === 0 ? undefined : done / total;
            });
            const found = await Promise.race([remote().then((opened) => work(opened, progress)), stopped]);
            if (mine !== latest) return;
            result.value = found;
            trouble.value = undefined;
          } catch (error) {
            if (mine === latest) trouble.value = troubleOf(error);
          } finally {
            if (stop !== undefined) stops.delete(stop);
            if (mine === latest) busy.value = false;
          }
        },
        cancel() {
          latest += 1;
          busy.value = false;
          end({ message: "called off" });
        },
      };
    },
  };
}

export function troubleOf(error: unknown): Trouble {
  if (isPacelineError(error)) return { message: error.message, hint: error.hint };
  if (typeof error === "object" && error !== null && "message" in error) return { message: String(error.message) };
  return { message: String(error) };
}
