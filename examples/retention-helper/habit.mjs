// A member's usual day at the gym, and whether it was missed: found on the device, from its own days, and told to nobody.

/** @typedef {{ readonly day: number, readonly values: Readonly<Record<string, number | undefined>> }} Day */

const WEEKS = 8;
/** Of the weeks before, on how many a weekday must have had a visit to be a habit. */
const USUAL = 0.5;
/** From so much on: the upper bin of training.json, of which staff see how often it comes true. */
const LIKELY = 0.3;
/** Day 0, the first of January 1970, was a Thursday. */
const names = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

/**
 * The weekday with the most visits in the eight weeks before last week, if it was a habit, and whether last week had none on it.
 * @param {readonly Day[]} days @param {number} today first day after the last day of data
 * @returns {{ readonly weekday: string, readonly missed: boolean } | undefined}
 */
export function usualDay(days, today) {
  const visited = new Set(days.filter(({ values }) => (values.visits ?? 0) > 0).map(({ day }) => day));
  const weeks = Array.from({ length: WEEKS }, (_, i) => i + 2);
  const best = [1, 2, 3, 4, 5, 6, 7]
    .map((back) => ({ back, times: weeks.filter((week) => visited.has(today - back - 7 * (week - 1))).length }))
    .reduce((most, one) => (one.times > most.times ? one : most));
  if (best.times < USUAL * WEEKS) return undefined;
  const day = today - best.back;
  return { weekday: names[day % 7] ?? "", missed: !visited.has(day) };
}

/**
 * What the member's screen says: nothing, unless a usual day was missed and the model finds it likely that more will be.
 * @param {readonly Day[]} days
 * @param {number} today
 * @param {{ readonly prediction: number, readonly words: readonly string[] }} foreseen by this device
 * @returns {readonly string[]}
 */
export function screenOf(days, today, { prediction, words }) {
  const habit = usualDay(days, today);
  if (habit === undefined || !habit.missed || prediction < LIKELY) return [];
  return [
    `You missed your usual ${habit.weekday}. Rebook it, or pause for a while?`,
    "  [ Rebook ]  [ Pause ]  [ Not now ]  [ Never ask me this ]",
    "Why this is shown, computed on this phone and known to nobody else:",
    ...words.map((line) => `  ${line}`),
  ];
}
