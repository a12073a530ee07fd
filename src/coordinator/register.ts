// The public register, as phones by the thousand ask for it. An envelope never changes once it is published, so each is
// read and parsed once while its task is open.
import { toHex } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Store } from "../ports/store.ts";
import type { ReleaseRows } from "../release/store.ts";
import type { Envelope } from "../task/envelope.ts";

/**
 * Lists the tasks that can take reports, in the order they were asked.
 * @param closing tasks in hex that are being collected
 * @returns one and the same array as long as nothing changed
 */
export type Register = (nowSeconds: number, closing: ReadonlySet<string>) => Promise<readonly Envelope[]>;

export function newRegister(store: Store<ReleaseRows>): Register {
  let known: { readonly keys: string; readonly byTask: ReadonlyMap<string, Envelope>; readonly list: Envelope[] } = {
    keys: "",
    byTask: new Map(),
    list: [],
  };
  return async (nowSeconds, closing) => {
    const byTask = await store.read(async (rows) => {
      const open = new Map<string, Envelope>();
      for (const id of await rows.openTasks(nowSeconds)) {
        const key = toHex(id);
        if (!closing.has(key)) open.set(key, known.byTask.get(key) ?? (await envelopeOf(rows, id)));
      }
      return open;
    });
    const keys = [...byTask.keys()].join();
    if (keys !== known.keys) known = { keys, byTask, list: [...byTask.values()] };
    return known.list;
  };
}

async function envelopeOf(rows: ReleaseRows, task: Uint8Array): Promise<Envelope> {
  const query = await rows.queryOfTask(task);
  return JSON.parse(query?.envelope ?? fail("internal", "a published task has its envelope")) as Envelope;
}
