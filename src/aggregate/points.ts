// Named places a crash is tested at. A service calls `passing` there; production composes it with a function that does
// nothing, and only the crash tests' own entry passes another.

/** Where the noise stream of a training goes on, in the transaction that writes the round's share. */
export const streamPoints = ["coordinator:stream-stepped", "helper:stream-stepped"] as const;

/** On the way of a training. */
export const trainingPoints = [
  "coordinator:training-begun",
  "coordinator:round-published",
  "coordinator:round-closed",
  "coordinator:model-made",
] as const;

export const coordinatorPoints = [
  "coordinator:checked",
  "coordinator:reserve",
  "coordinator:reserved",
  "coordinator:helper-signed",
  "coordinator:published",
  "coordinator:refused",
  "coordinator:helper-released",
  "coordinator:released",
  "coordinator:upload-stored",
  "coordinator:job-taken",
  "coordinator:job-written",
  "coordinator:job-answered",
  "coordinator:job-recorded",
  "coordinator:withdrawn",
  "coordinator:closed",
  "coordinator:exchanged",
  "coordinator:reopened",
  "coordinator:share-received",
  "coordinator:batch-written",
  "coordinator:collected",
  "coordinator:settled",
] as const;

/** On the way of a masked round. */
export const maskedPoints = [
  "coordinator:masked-signed",
  "coordinator:masked-published",
  "coordinator:masked-opened",
  "coordinator:masked-taken",
  "coordinator:masked-closed",
  "coordinator:masked-summed",
  "coordinator:masked-settled",
] as const;

export const helperPoints = [
  "helper:sign",
  "helper:debited",
  "helper:release",
  "helper:released",
  "helper:job-verified",
  "helper:job-answered",
  "helper:withdrawn",
  "helper:exchanged",
  "helper:collect",
  "helper:batch-written",
  "helper:collected",
] as const;

export type CrashPoint = (
  | typeof coordinatorPoints
  | typeof trainingPoints
  | typeof streamPoints
  | typeof maskedPoints
  | typeof helperPoints
)[number];
export type Passing = (point: CrashPoint) => void;
