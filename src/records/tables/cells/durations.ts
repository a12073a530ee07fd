// Lengths of time as people and programs write them: 7:32, 07:32:00, 7h 05min, PT7H32M.

/** In minutes. `clock`: two parts with a colon, hours and minutes unless the column shows minutes and seconds. */
export interface DurationReading {
  readonly minutes: number;
  readonly clock: boolean;
}

const DURATION_CHARS_MAX = 48;

const clock = /^(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?$/;
const iso = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/i;
const words =
  /^(?:(\d+)\s*d(?:ays?|\.)?)?\s*(?:(\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?|eures?|oras?|\.)?|(\d+)\s*(?:std\.?|stunden?|or[ae]|uur|uren))?[\s,]*(?:(\d+(?:[.,]\d+)?)\s*m(?:in(?:ut(?:e[ns]?|os?|i))?s?|\.)?\.?)?[\s,]*(?:(\d+(?:[.,]\d+)?)\s*s(?:ec(?:ond)?s?|\.)?)?$/i;
const bareMinutes = /^(\d+)\s*h\s*(\d{1,2})$/i;

/** Reads a trimmed cell that is more than a number; undefined for what is no length of time. */
export function readDuration(cell: string): DurationReading | undefined {
  if (cell.length > DURATION_CHARS_MAX) return undefined;
  const text = cell.replaceAll(/[\u00a0\u202f\u2009]/g, " ");
  const parts = clock.exec(text);
  if (parts !== null) {
    const [first, second, third] = [Number(parts[1]), Number(parts[2]), parts[3]];
    return {
      minutes: first * 60 + second + (third === undefined ? 0 : Number(third) / 60),
      clock: third === undefined,
    };
  }
  const short = bareMinutes.exec(text);
  if (short !== null) return { minutes: Number(short[1]) * 60 + Number(short[2]), clock: false };
  const form = iso.exec(text);
  const [days, hours, minutes, seconds] = form === null ? spoken(text) : form.slice(1).map(numberOf);
  const found = [days, hours, minutes, seconds].some((part) => part !== undefined);
  if (!found) return undefined;
  return {
    minutes: (days ?? 0) * 1440 + (hours ?? 0) * 60 + (minutes ?? 0) + (seconds ?? 0) / 60,
    clock: false,
  };
}

function spoken(text: string): (number | undefined)[] {
  const parts = words.exec(text)?.map(numberOf);
  return parts === undefined ? [] : [parts[1], parts[2] ?? parts[3], parts[4], parts[5]];
}

function numberOf(part: string | undefined): number | undefined {
  return part === undefined ? undefined : Number(part.replace(",", "."));
}
