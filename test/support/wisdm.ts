// WISDM v1.1 (../shared/data, absent: tests skip): ten-second windows of people's phones, each person a device.
import { existsSync, readFileSync } from "node:fs";

const file = new URL("../../../shared/data/wisdm/WISDM_ar_v1.1_transformed.arff", import.meta.url);

export const CLASSES = ["Walking", "Jogging", "Upstairs", "Downstairs", "Sitting", "Standing"] as const;
export const FEATURES = 43;

export interface Window {
  readonly user: string;
  /** NaN where nothing was measured. */
  readonly values: readonly number[];
  readonly label: number;
}

export const hasWisdm = existsSync(file);

export function wisdmWindows(): readonly Window[] {
  const [, data = ""] = readFileSync(file, "utf8").split("@data");
  return data
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.trim().replaceAll('"', "")))
    .map(
      (cells): Window => ({
        user: cells[1] as string,
        values: cells.slice(2, -1).map((cell) => (cell === "?" || cell === "" ? Number.NaN : Number(cell))),
        label: CLASSES.indexOf(cells.at(-1) as (typeof CLASSES)[number]),
      }),
    )
    .filter(({ label, values }) => label >= 0 && values.length === FEATURES);
}

/** One person's windows; `test` are those of a person who trains that are kept aside. */
export interface Person {
  readonly user: string;
  readonly train: readonly Window[];
  readonly test: readonly Window[];
}

export interface Split {
  readonly training: readonly Person[];
  readonly heldOut: readonly Person[];
}

/** 32 bits of state (mulberry32): the generator whose splits the published figures are of. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** Six people are held out; of each other person's windows a fifth. */
export function splitWisdm(windows: readonly Window[], seed: number): Split {
  const random = generator(seed);
  const byUser = Map.groupBy(windows, ({ user }) => user);
  const users = shuffle(
    [...byUser.keys()].sort((a, b) => Number(a) - Number(b)),
    random,
  );
  const of = (user: string) => byUser.get(user) as Window[];
  return {
    heldOut: users.slice(0, 6).map((user) => ({ user, train: [], test: of(user) })),
    training: users.slice(6).map((user) => {
      const own = shuffle(of(user), random);
      const cut = Math.floor(own.length * 0.8);
      return { user, train: own.slice(0, cut), test: own.slice(cut) };
    }),
  };
}
