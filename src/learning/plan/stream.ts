// Noise that is correlated over the rounds of a training, as its plan states it: the factor, in whole numbers, and how far apart a
// member's rounds are. Sensitivity and price of the whole stream are computed from these numbers by every party for itself
// (`privacy/factorisation`), however they were found.
import * as z from "../../base/schema.ts";

/** Rounds that one stream can have. */
export const STREAM_ROUNDS_MAX = 4096;
/** Coefficients of its factor. */
export const BANDS_MAX = 64;

/** A member takes part in one of so many rounds. */
const separation = z.int().check(z.gte(1), z.lte(STREAM_ROUNDS_MAX));
/** From the diagonal on; whole numbers that do not rise. */
const coefficients = z.array(z.int().check(z.gte(0), z.lte(2 ** 16))).check(z.minLength(1), z.maxLength(BANDS_MAX));

export const streamSchema = z.strictObject({
  rounds: z.int().check(z.gte(1), z.lte(STREAM_ROUNDS_MAX)),
  separation,
  coefficients,
});

export type StreamPlan = z.infer<typeof streamSchema>;

const seconds = z.int().check(z.gte(0), z.lte(2 ** 40));

/** In a training manifest, whose rounds are the stream's: the same in all of them. */
export const trainingStreamSchema = z.strictObject({
  separation,
  coefficients,
  /** Unix seconds: reports of any of the rounds are taken in [opens, until), whose weeks pay for all of them. */
  opens: seconds,
  until: seconds,
});

export type TrainingStream = z.infer<typeof trainingStreamSchema>;
