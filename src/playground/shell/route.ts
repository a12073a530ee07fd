// The address says which room is open and in what state: #/room?field=text&…. It is all there is to share.
import { signal } from "@preact/signals";

export interface Route {
  readonly room: string;
  readonly fields: Readonly<Record<string, string>>;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { room: path, fields: Object.fromEntries(new URLSearchParams(query)) };
}

export function formatRoute({ room, fields }: Route): string {
  const query = new URLSearchParams(fields).toString();
  return `#/${room}${query === "" ? "" : `?${query}`}`;
}

const AGAIN_MS = 5000;
let later: ReturnType<typeof setTimeout> | undefined;

export const route = signal<Route>(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/** Replaces the address without a new step in the history: a slider is no journey. */
export function say(next: Route): void {
  clearTimeout(later);
  const text = formatRoute(next);
  if (text === location.hash) return;
  try {
    history.replaceState(null, "", text);
  } catch {
    // A browser takes only so many in a while, and a slider makes more: the last one is said when it takes them again.
    later = setTimeout(() => {
      if (route.peek().room === next.room) say(next);
    }, AGAIN_MS);
  }
}
