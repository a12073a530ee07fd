// The fenced blocks of a page, and what their tags promise: sh and ts run as printed, json is read, console and text are
// shown alone.

/**
 * `file`: what the paragraph before the block says that it is to be saved as.
 * @typedef {{ readonly tag: string, readonly text: string, readonly file: string | undefined }} Fence
 */

export const tags = /** @type {const} */ (["sh", "ts", "json", "console", "text", ""]);

const SAVED_AS = /\bsaved as `([\w.-]+)`[^`]*$/;

/** @param {string} page @returns {readonly Fence[]} */
export const fencesOf = (page) =>
  Array.from(page.matchAll(/^```([^\n]*)\n(.*?)^```$/gms), ({ 1: tag = "", 2: text = "", index }) => ({
    tag: tag.trim(),
    text,
    file: SAVED_AS.exec(page.slice(0, index).split("\n\n").at(-2) ?? "")?.[1],
  }));
