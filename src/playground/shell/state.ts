// The state of a room: texts by name. The address decides, then what was kept, then the defaults; what differs from the
// defaults is written back to both. Texts, so that whatever stands in an address can be shown and mended in its field.
import { effect, type Signal, signal } from "@preact/signals";
import { parseJson } from "../../base/json.ts";
import { keep, kept } from "./kept.ts";
import { formatRoute, route, say } from "./route.ts";

export type Fields<D extends Readonly<Record<string, string>>> = { readonly [K in keyof D]: Signal<string> };

/** Longer than any state that a room makes: what is pasted beyond it is in no address, and ends with the page. */
const TEXT_MAX = 60_000;

interface Known {
  readonly fields: Fields<Readonly<Record<string, string>>>;
  readonly defaults: Readonly<Record<string, string>>;
}
const rooms = new Map<string, Known>();

/** The same signals each time: a room that is opened again is as it was left. */
export function fieldsOf<const D extends Readonly<Record<string, string>>>(
  room: string,
  defaults: D,
): Fields<Record<keyof D, string>> {
  const known = rooms.get(room);
  if (known !== undefined) return known.fields as Fields<Record<keyof D, string>>;
  const names = Object.keys(defaults);
  const first = read(room);
  const fields = Object.fromEntries(names.map((name) => [name, signal(first[name] ?? defaults[name] ?? "")]));
  const own: Known = { fields, defaults };
  rooms.set(room, own);
  effect(() => {
    const state = changed(own);
    keep(room, Object.keys(state).length === 0 ? undefined : JSON.stringify(state));
    if (route.peek().room === room) say({ room, fields: state });
  });
  effect(() => {
    // Somebody followed a link to this room, or came back to it.
    if (route.value.room !== room) return;
    const { fields: named } = route.value;
    if (Object.keys(named).length === 0) return;
    for (const name of names) {
      const field = fields[name];
      if (field !== undefined) field.value = cut(named[name]) ?? defaults[name] ?? "";
    }
  });
  return fields as Fields<Record<keyof D, string>>;
}

function changed({ fields, defaults }: Known): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { value }]) =>
      value === defaults[name] || value.length > TEXT_MAX ? [] : [[name, value]],
    ),
  );
}

function read(room: string): Readonly<Record<string, string | undefined>> {
  const { room: open, fields } = route.peek();
  if (open === room && Object.keys(fields).length > 0)
    return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, cut(text)]));
  try {
    const stored: unknown = parseJson(kept(room) ?? "{}", "what was kept");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).flatMap(([name, text]) => (typeof text === "string" ? [[name, text]] : [])),
    );
  } catch {
    return {};
  }
}

const cut = (text: string | undefined) => text?.slice(0, TEXT_MAX);

/** Whether a field holds more than an address may. */
export function leftOut(room: string): boolean {
  return Object.values(rooms.get(room)?.fields ?? {}).some(({ value }) => value.length > TEXT_MAX);
}

/** The room's address with what differs from the defaults. */
export function addressOf(room: string): string {
  const known = rooms.get(room);
  return formatRoute({ room, fields: known === undefined ? {} : changed(known) });
}

/** Back to the defaults. */
export function startOver(room: string): void {
  const { fields = {}, defaults = {} } = rooms.get(room) ?? {};
  for (const [name, field] of Object.entries(fields)) field.value = defaults[name] ?? "";
}
