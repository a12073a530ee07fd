// How far a piece of work is.

/** Called by a worker with what is done and what there is in all. */
export type Progress = (done: number, total: number) => void;
