// The frame: a name, the rooms, the room that is open, and what is said under every page.
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { rooms } from "../rooms.ts";
import { Start } from "../start/start.tsx";
import { endWork } from "./desk.ts";
import { Guarded } from "./guarded.tsx";
import { RoomTools } from "./room-tools.tsx";
import { route } from "./route.ts";
import { nextScheme, scheme } from "./scheme.ts";

type Loaded = { readonly Room: ComponentType } | { readonly failed: string };

export function App() {
  const { room: open } = route.value;
  const room = rooms.find(({ id }) => id === open);
  const loaded = useSignal<Readonly<Record<string, Loaded>>>({});
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(open);
  useEffect(() => {
    document.title = `${room === undefined ? "" : `${room.title} – `}Paceline playground`;
    // Who goes from room to room by keyboard begins at its heading.
    if (before.current !== open) {
      heading.current?.focus();
      endWork();
    }
    before.current = open;
    if (room === undefined || room.id in loaded.value) return;
    const put = (one: Loaded) => {
      loaded.value = { ...loaded.value, [room.id]: one };
    };
    room.load().then(
      (Room) => put({ Room }),
      () => put({ failed: "This room's files did not load. Reload the page." }),
    );
  }, [open]);
  const found = room === undefined ? undefined : loaded.value[room.id];
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="name" href="#/">
          Paceline <span>playground</span>
        </a>
        <nav aria-label="Rooms">
          <ul>
            {rooms.map(({ id, title }) => (
              <li key={id}>
                <a href={`#/${id}`} aria-current={id === open ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <button type="button" class="quiet" onClick={nextScheme}>
          <span class="aside">Colours: </span>
          {scheme.value === "system" ? "as your system" : scheme.value}
        </button>
      </header>
      <main id="main" tabIndex={-1}>
        {room === undefined ? (
          <Start heading={heading} missing={open} />
        ) : (
          <>
            <div class="lead">
              <h1 ref={heading} tabIndex={-1}>
                {room.title}
              </h1>
              <p>{room.lead}</p>
              <RoomTools room={room.id} title={room.title} />
            </div>
            {found === undefined ? (
              <p class="muted">Opening…</p>
            ) : "failed" in found ? (
              <p role="alert">{found.failed}</p>
            ) : (
              <Guarded key={room.id}>
                <found.Room />
              </Guarded>
            )}
          </>
        )}
      </main>
      <footer>
        <p>
          Everything is computed in this page, by the code that Paceline's services, devices and commands run. Nothing
          is sent; no file you open leaves the browser.
        </p>
      </footer>
    </>
  );
}
