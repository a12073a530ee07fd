/** The time, in milliseconds since 1970-01-01T00:00Z. Pure rooms take one instead of calling Date. */
export interface Clock {
  now(): number;
}
