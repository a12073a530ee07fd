// How many tokens there can be, apart from their schema: pages read these before they read any manifest.

/** All tokens of a report are one DAP extension of at most 65,535 bytes, 288 each. */
export const TOKENS_MAX = 200;
/** An account's tokens of a year are asked for in one request. */
export const TOKENS_A_YEAR_MAX = 512;
