/** Bits of the words that masked sums are made of. Apart from words.ts, whose sums a device that names a task need not carry. */
export type Width = 16 | 32 | 64;
export const widths: readonly Width[] = [16, 32, 64];
