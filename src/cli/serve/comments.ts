// Configuration files are JSON in which a whole line may be a comment, and a comma may end the last line of a list, so that
// taking a line out, or the // from its front, never breaks the lines around it.

// Lines end at \n alone: a string may hold other characters that end lines elsewhere, such as U+2028. It may not hold \n, so
// neither a comment nor a comma at a line's end is ever inside one.
const COMMENT = /(?<=^|\n)[ \t]*\/\/[^\n]*/g;
const LAST_COMMA = /(?<=["}\]\w]\s*),(?=[ \t]*\r?\n\s*[}\]])/g;

/** The JSON alone; every line keeps its number. */
export const withoutComments = (text: string): string => text.replace(COMMENT, "").replace(LAST_COMMA, "");
