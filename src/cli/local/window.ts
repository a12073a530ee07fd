// The days that the demo's questions look at.

/** Days every question looks back over. */
export const WINDOW_DAYS = 28;
/** Days with a value below which a phone sends an empty report. */
export const DAYS_MIN = 7;
