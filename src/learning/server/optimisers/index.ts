// Server optimisers: FedAvg, server momentum, FedAdam, FedYogi. What they remember is data that survives a restart.
export type { OptimiserState } from "./optimiser.ts";
export { decodeOptimiserState, encodeOptimiserState } from "./state.ts";
export { type Stepped, startOptimiser, stepOptimiser } from "./step.ts";
