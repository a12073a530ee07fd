// The one worker of all rooms: what several of them need is one file for all. Each room's part is loaded when it is asked for.
import { expose, proxy } from "comlink";
import { carryErrors } from "../platform/worker-errors.ts";

const parts = {
  accuracy: async () => (await import("./accuracy/api.ts")).api,
  composition: async () => (await import("./composition/api.ts")).api,
  attacks: async () => (await import("./attacks/api.ts")).api,
  museum: async () => (await import("./museum/api.ts")).api,
  stack: async () => (await import("./stack/api.ts")).api,
  training: async () => (await import("./training/api.ts")).api,
};
export type Part = keyof typeof parts;
export type ApiOf<P extends Part> = Awaited<ReturnType<(typeof parts)[P]>>;

const opener = {
  open: async (part: Part) => proxy(await parts[part]()),
  /** Loads every part. */
  async openAll() {
    await Promise.all(Object.values(parts).map((load) => load()));
  },
};
export type Opener = typeof opener;

carryErrors();
expose(opener);
