// Named places a crash is tested at. A plain aggregator calls `passing` there; what is shipped composes it with a function that
// does nothing.

export const plainPoints = [
  "plain:uploaded",
  "plain:job-written",
  "plain:job-answered",
  "plain:job-recorded",
  "plain:batch-chosen",
  "plain:batch-noted",
  "plain:share-received",
  "plain:collected",
  "plain:job-verified",
  "plain:job-settled",
  "plain:share-sealed",
  "plain:share-written",
  "plain:share-noted",
] as const;

export type PlainPoint = (typeof plainPoints)[number];
