// What failed before may end this process: nothing else that failed is worked on beside it, or it would be blamed again.
import type { TakenJob } from "../aggregate/jobs.ts";
import { LEASE_MS, renewJob, setAside } from "../aggregate/leases.ts";
import type { CoordinatorParts } from "./parts.ts";

/** How the parts of the work on a job are done. */
export interface Handling {
  /** What this process does itself. */
  own<R>(work: () => Promise<R>): Promise<R>;
  /** Waiting for others, between two of the former. */
  away<R>(wait: () => Promise<R>): Promise<R>;
  /** Keeps the job for this process, for another while. */
  renew(): Promise<void>;
}

/** Faulted jobs of one process, of whatever tasks. */
export interface FaultedJobs {
  /** Whether one is worked on now: no other may begin. */
  busy(): boolean;
  /** One at a time; and while one is away, no end of this process is a fault of it. */
  handling(taken: TakenJob): Handling;
}

/** The job is this process's until its lease ends; whoever dies with it has failed at it. */
function holdingIt({ store, clock }: Pick<CoordinatorParts, "store" | "clock">, { row }: TakenJob) {
  return async () => void (await renewJob(store, row, () => clock.now() + LEASE_MS));
}

/** Of a job that has not failed: any number at a time. */
export const handlingOf = (parts: Pick<CoordinatorParts, "store" | "clock">, taken: TakenJob): Handling => ({
  own: (work) => work(),
  away: (wait) => wait(),
  renew: holdingIt(parts, taken),
});

export function newFaultedJobs(parts: Pick<CoordinatorParts, "store" | "clock">): FaultedJobs {
  const { store, clock } = parts;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  async function inTurn<R>(work: () => Promise<R>): Promise<R> {
    waiting += 1;
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      waiting -= 1;
    }
  }
  return {
    busy: () => waiting > 0,
    handling(taken) {
      let isAway = false;
      const hold = holdingIt(parts, taken);
      const renew = () => (isAway ? setAside(store, taken.row, () => clock.now() + LEASE_MS) : hold());
      return {
        renew,
        own: (work) =>
          inTurn(async () => {
            if (isAway) {
              isAway = false;
              await hold();
            }
            return await work();
          }),
        async away(wait) {
          isAway = true;
          await renew();
          return await wait();
        },
      };
    },
  };
}
