// Once the page is shown, everything it may need later is loaded, so that it goes on where the network ends: rooms stay in
// memory, and workers start from the browser's cache.
import { wrap } from "comlink";
import { rooms } from "../rooms.ts";
import type { Opener } from "../worker.ts";

const WAIT_MS = 1500;

export function warmUp(): void {
  setTimeout(async () => {
    const worker = new Worker(new URL("../worker.ts", import.meta.url), { type: "module" });
    const rest = Promise.all([...rooms.map(({ load }) => load()), import("../../figures/figure-notebook.ts")]);
    // What fails now is asked for again when it is needed, and says so then.
    await Promise.all([rest, wrap<Opener>(worker).openAll()]).catch(() => undefined);
    worker.terminate();
    document.documentElement.setAttribute("data-whole", "");
  }, WAIT_MS);
}
