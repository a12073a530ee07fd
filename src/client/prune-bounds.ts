// Up to where a device keeps everything. What forgets the rest is loaded once there is more.
import type { DeviceStore } from "../ports/device-store.ts";

export const bounds = {
  /** Lines of the member log; older ones are added up in one. */
  log: 2000,
  /** Answered tasks that are kept with what was in them; older ones as bare as erased ones. */
  told: 1000,
  /** Rows that one call changes. */
  atOnce: 256,
  /** How long after its end a task is surely over for every party: manifests run for 90 days at most. */
  overMs: 91 * 86_400_000,
};

export async function isFull(store: DeviceStore): Promise<boolean> {
  return (await store.keys("left/")).length > bounds.log || (await store.keys("task/")).length > bounds.told;
}
