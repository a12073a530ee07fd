// What a sync says that sends nothing for now.

/** Why nothing is sent now, and until when, in milliseconds since 1970, where that is known. */
export interface Held {
  readonly outcome: "held";
  readonly why: string;
  readonly until?: number;
}

export const DAY_MS = 86_400_000;

export const held = (why: string, until?: number): Held => ({
  outcome: "held",
  why,
  ...(until !== undefined && { until }),
});
