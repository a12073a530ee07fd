// Text for terminals: what a group or a question is called must not move the cursor, change colours or ring.

/** Control characters and those that turn the direction of text around, each replaced by a mark. */
export function plain(text: string): string {
  return text.replaceAll("\u00a0", " ").replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "\ufffd");
}

/** The same of several lines: their ends stay. */
export function plainLines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}

/** Characters; wide ones and joined ones are not told apart. */
export function wide(text: string): number {
  return Array.from(text).length;
}

/** A label for where it cannot wrap. The table twin has it in full. */
export function shortened(label: string, most: number): string {
  const characters = Array.from(label);
  return characters.length <= most ? label : `${characters.slice(0, Math.max(0, most - 1)).join("")}…`;
}
