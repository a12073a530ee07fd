// Where members live, as the command line says it: an offset or a name of the IANA database, as offsets at instants.
import { fail } from "../../base/errors.ts";

/** Offsets change on quarters of an hour. */
const SLOT_MS = 900_000;

/** @param text `+02:00`, `UTC` or `Europe/Berlin` @throws PacelineError invalid_argument */
export function parseZone(text: string): (instant: number) => number {
  const [, sign, hours, minutes] = /^([+-])(\d{1,2}):?([0-5]\d)$/.exec(text) ?? [];
  if (sign !== undefined) {
    const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
    if (Math.abs(offset) <= 14 * 60) return () => offset;
  }
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: text,
      calendar: "gregory",
      hourCycle: "h23",
      ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
    });
  } catch {
    return fail("invalid_argument", `--zone "${text}" is no time zone`, {
      hint: "For example +02:00 or Europe/Berlin.",
    });
  }
  const slots = new Map<number, number>();
  return (instant) => {
    const slot = Math.floor(instant / SLOT_MS);
    let offset = slots.get(slot);
    if (offset === undefined) {
      const part = Object.fromEntries(
        format.formatToParts(slot * SLOT_MS).map(({ type, value }) => [type, Number(value)]),
      );
      const wall = Date.UTC(part.year as number, (part.month as number) - 1, part.day, part.hour, part.minute);
      offset = Math.round((wall - slot * SLOT_MS) / 60_000);
      slots.set(slot, offset);
    }
    return offset;
  };
}
