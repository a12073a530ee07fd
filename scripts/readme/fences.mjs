// The fenced blocks of a page, and what their tags promise: sh and ts run as printed, json is read, console and text are
// shown alone.

/** @typedef {{ readonly tag: string, readonly text: string }} Fence */

export const tags = /** @type {const} */ (["sh", "ts", "json", "console", "text", ""]);

/** @param {string} page @returns {readonly Fence[]} */
export const fencesOf = (page) =>
  Array.from(page.matchAll(/^```([^\n]*)\n(.*?)^```$/gms), ([, tag = "", text = ""]) => ({ tag: tag.trim(), text }));
