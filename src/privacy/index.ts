// paceline/privacy: exact noise, what it costs, and what it does to an answer. Usable alone.
export {
  type ComposedEvent,
  composed,
  type MechanismEvent,
  type NoiseEvent,
  parseEvent,
  rhoOf,
} from "./accounting/events.ts";
export { type Charge, tryCharge } from "./accounting/filter.ts";
export { addNanoRho, formatRho, type NanoRho, nanoRho, nanoRhoAtLeast, parseRho } from "./accounting/nano-rho.ts";
export { epsilonOf, rhoFor } from "./accounting/zcdp.ts";
export { type LinearNoise, noiseProbability, noiseQuantile } from "./distributions/linear-noise.ts";
export { distributionOf, type NoiseDistribution, type NoiseLaw, twoSidedQuantile } from "./distributions/noise-law.ts";
export type { DiscreteGaussianEvent } from "./mechanisms/discrete-gaussian/event.ts";
export { type DiscreteGaussian, discreteGaussian } from "./mechanisms/discrete-gaussian/mechanism.ts";
export type { DiscreteLaplaceEvent } from "./mechanisms/discrete-laplace/event.ts";
export { type DiscreteLaplace, discreteLaplace } from "./mechanisms/discrete-laplace/mechanism.ts";
export { mechanismFrom } from "./mechanisms/from-event.ts";
export { addNoise, type NoiseMechanism } from "./mechanisms/noise-mechanism.ts";
export { formatRational, parseRational, type Rational, rational, toNumber } from "./rational.ts";
export {
  type L1Sensitivity,
  type L2SquaredSensitivity,
  l1Sensitivity,
  l2SquaredSensitivity,
  type Neighbouring,
  type PrivacyUnit,
} from "./units.ts";
