// The public register, as phones by the thousand ask for it: pages in the order in which tasks appeared, so that a phone
// that has seen them asks only for what came after. An envelope never changes once it is published, so each is read once.
import { toBase64Url, toHex, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Store } from "../ports/store.ts";
import type { ReleaseRows } from "../release/store.ts";
import type { Envelope } from "../task/envelope.ts";

export interface RegisterPage {
  /** `{"tasks":[…],"next":"…"}`: at most PAGE_BYTES_MAX. */
  readonly body: string;
  /** The same as long as the page is. */
  readonly etag: string;
}

/** `closing`: tasks in hex that are being collected; they are not listed. */
export interface Register {
  /** Every task that can take reports. */
  open(nowSeconds: number, closing: ReadonlySet<string>): Promise<readonly Envelope[]>;
  /** @param after a page's `next`; one that this register did not give, or none, asks from the start */
  page(nowSeconds: number, closing: ReadonlySet<string>, after: string | undefined): Promise<RegisterPage>;
}

export const PAGE_BYTES_MAX = 1024 * 1024;
/** Pages kept as text: phones ask after the newest task, or from the start. */
const PAGES_KEPT = 16;

interface Listed {
  /** Grows with each appearance: a task that was hidden while it was collected, and comes back, comes last. */
  readonly place: number;
  readonly envelope: string;
}

export function newRegister(store: Store<ReleaseRows>, crypto: Pick<Crypto, "x25519Generate">): Register {
  let listed: ReadonlyMap<string, Listed> = new Map();
  let places = 0;
  let revision = 0;
  const pages = new Map<number, RegisterPage>();
  /** Cursors are of this start of the service alone: after the next one, phones read from the start once. */
  let start: Promise<string> | undefined;
  const startName = async () => toBase64Url((await crypto.x25519Generate()).public.subarray(0, 9));

  async function refresh(nowSeconds: number, closing: ReadonlySet<string>): Promise<void> {
    const before = listed;
    const read = new Map<string, string>();
    const open = await store.read(async (rows) => {
      const ids = new Map((await rows.openTasks(nowSeconds)).map((id) => [toHex(id), id]));
      for (const key of closing) ids.delete(key);
      for (const [key, id] of ids) if (!before.has(key)) read.set(key, await envelopeOf(rows, id));
      return new Set(ids.keys());
    });
    // Another request may have come in between: what it listed stays as it is.
    const kept = [...listed].filter(([key]) => open.has(key));
    const fresh = [...read].filter(([key]) => !listed.has(key));
    if (fresh.length === 0 && kept.length === listed.size) return;
    listed = new Map([...kept, ...fresh.map(([key, envelope]) => [key, { place: ++places, envelope }] as const)]);
    revision += 1;
    pages.clear();
  }

  function lay(name: string, after: number): RegisterPage {
    const tasks: string[] = [];
    let bytes = 256;
    let next = after;
    for (const { place, envelope } of listed.values()) {
      if (place <= after) continue;
      const size = utf8(envelope).length + 1;
      if (tasks.length > 0 && bytes + size > PAGE_BYTES_MAX) break;
      tasks.push(envelope);
      bytes += size;
      next = place;
    }
    const body = `{"tasks":[${tasks.join()}],"next":"${name}.${next}"}`;
    return { body, etag: `"${name}.${revision}.${after}"` };
  }

  return {
    async open(nowSeconds, closing) {
      await refresh(nowSeconds, closing);
      return [...listed.values()].map(({ envelope }) => JSON.parse(envelope) as Envelope);
    },
    async page(nowSeconds, closing, cursor) {
      start ??= startName();
      const name = await start;
      await refresh(nowSeconds, closing);
      const [of, place] = cursor?.split(".") ?? [];
      const known = of === name && place !== undefined && /^\d{1,15}$/.test(place) && Number(place) <= places;
      const after = known ? Number(place) : 0;
      let page = pages.get(after);
      if (page === undefined) {
        page = lay(name, after);
        if (pages.size >= PAGES_KEPT) pages.clear();
        pages.set(after, page);
      }
      return page;
    },
  };
}

async function envelopeOf(rows: ReleaseRows, task: Uint8Array): Promise<string> {
  const query = await rows.queryOfTask(task);
  return query?.envelope ?? fail("internal", "a published task has its envelope");
}
