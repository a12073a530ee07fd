// A question's way through parties of several processes whose workers are killed, and what must hold at its end.
import { randomInt } from "node:crypto";
import { expectOneRelease, journey } from "../e2e/journey.ts";
import { newDevices, someMembers } from "../e2e/members.ts";
import type { Server } from "./postgres.ts";
import type { Role } from "./processes.ts";
import { type Crew, startReplicas } from "./replicas.ts";

interface Killing {
  /** At most so many. */
  readonly kills: number;
  readonly members?: number;
  /** Milliseconds between two, at random. */
  readonly between?: readonly [number, number];
}

/** @returns how many workers were killed, and how the first of them ended */
export async function killedWorkers(
  server: Server,
  name: string,
  each: Readonly<Record<Role, Crew>>,
  { kills: most, members = 14, between = [100, 400] }: Killing,
) {
  const finished: (() => unknown)[] = [];
  const context = { onTestFinished: (work: () => unknown) => void finished.push(work) } as never;
  try {
    const { pair, restart, workers } = await startReplicas(context, server, name, each);
    const devices = await newDevices(pair, { members: someMembers(members).filter(({ days }) => days.length > 0) });
    let going = true;
    const signals: (string | null)[] = [];
    const killer = (async () => {
      while (going && signals.length < most) {
        await new Promise((resolve) => setTimeout(resolve, randomInt(...between)));
        signals.push((await restart(workers[randomInt(workers.length)] as number)).signal);
      }
    })();
    const release = await journey(pair, devices, () => new Promise((resolve) => setTimeout(resolve, 1000))).finally(
      () => {
        going = false;
        return killer;
      },
    );
    expectOneRelease(pair, devices, release);
    return { kills: signals.length, first: signals[0] };
  } finally {
    for (const work of finished.reverse()) await work();
  }
}
