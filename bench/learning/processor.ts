// What work costs where several threads share it: processor time of each of them. On two processors that have nothing else to do it
// is what a clock shows; on a busy machine a clock shows who else is there.
import { availableParallelism } from "node:os";

/** Of the work that is spread evenly. */
export const THREADS = Math.min(2, availableParallelism());

/** All that this process used of processors meanwhile, a thread. */
export async function processorSeconds(threads: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / threads;
}
