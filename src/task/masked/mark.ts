// By what a masked round's bundle is told from a task's, before either is read.

export const MASKED_BUNDLE = "masked release bundle";

/** Whether a text says that it is one, well or badly made. */
export const looksMasked = (text: string): boolean => text.includes(`"paceline":"${MASKED_BUNDLE}"`);
