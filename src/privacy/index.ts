// paceline/privacy: exact noise, what it costs, and what it does to an answer. Usable alone.
export {
  type Account,
  type Accountant,
  type AccountOptions,
  account,
  type Opinion,
  type Plan,
  type Question,
} from "./accounting/account.ts";
export { compose, type Run, runsOf } from "./accounting/algebra/compose.ts";
export { knownMechanisms, parsePrivacyEvent } from "./accounting/algebra/parse.ts";
export { parseNeighbouring } from "./accounting/algebra/relations.ts";
export type { PrivacyEvent } from "./accounting/algebra/types.ts";
export {
  type ComposedEvent,
  composed,
  type MechanismEvent,
  type NoiseEvent,
  parseEvent,
  rhoOf,
} from "./accounting/events.ts";
export { type Charge, tryCharge } from "./accounting/filter.ts";
export {
  chargeGdp,
  chargeRenyi,
  type GdpFilter,
  gdpFilter,
  type RenyiFilter,
  renyiFilter,
} from "./accounting/filters/additive.ts";
export {
  chargeEpsilonDelta,
  type EpsilonDeltaFilter,
  epsilonDeltaFilter,
} from "./accounting/filters/epsilon-delta.ts";
export { type Odometer, odometer, record, runningEpsilon } from "./accounting/filters/odometer.ts";
export type { Charged, Scope } from "./accounting/filters/scope.ts";
export { deltaOfGdp, epsilonOfGdp, muOf } from "./accounting/gdp.ts";
export { guaranteesOf } from "./accounting/guarantees.ts";
export { addNanoRho, formatRho, type NanoRho, nanoRho, nanoRhoAtLeast, parseRho } from "./accounting/nano-rho.ts";
export {
  advancedComposition,
  basicComposition,
  type Guarantee,
  type OptimalComposition,
  optimalComposition,
} from "./accounting/optimal-composition.ts";
export type { RenyiCurve } from "./accounting/rdp/curve.ts";
export { rdpOf } from "./accounting/rdp/of-event.ts";
export { rhoOfEvent } from "./accounting/rho-of-event.ts";
export { deltaOfShuffle, epsilonOfShuffle } from "./accounting/shuffle.ts";
export { type TradeOff, type TradeOffPoint, tradeOffOf } from "./accounting/trade-off.ts";
export { deltaOfRho, epsilonOf, epsilonOfRho, rhoFor } from "./accounting/zcdp.ts";
export { type Audit, type AuditOptions, auditScores } from "./auditing/audit.ts";
export { type Claim, claimedOf, leastFor, type TestRates } from "./auditing/claim.ts";
export { auditGuesses, type GuessAudit } from "./auditing/guesses.ts";
export { proportionAtLeast, proportionAtMost } from "./auditing/proportions.ts";
export { type FoundAt, foundAt, type RocPoint, rocOf } from "./auditing/roc.ts";
export {
  type Draws,
  discreteGaussianForError,
  discreteLaplaceForError,
  type ErrorTarget,
  gaussianForError,
  type Statistic,
} from "./calibration/accuracy.ts";
export { type Calibrated, type Calibration, calibrate } from "./calibration/calibrate.ts";
export { type DpSgd, dpSgdNoise, dpSgdSampling, dpSgdSteps } from "./calibration/dp-sgd.ts";
export { gaussianMu, gaussianSigma } from "./calibration/gaussian.ts";
export { discreteLaplaceScale, laplaceScale, type Queries } from "./calibration/laplace.ts";
export type { Target } from "./calibration/target.ts";
export { zcdpRho } from "./calibration/zcdp.ts";
export { type LinearNoise, noiseProbability, noiseQuantile } from "./distributions/linear-noise.ts";
export { distributionOf, type NoiseDistribution, type NoiseLaw, twoSidedQuantile } from "./distributions/noise-law.ts";
export type { DiscreteGaussianEvent } from "./mechanisms/discrete-gaussian/event.ts";
export { type DiscreteGaussian, discreteGaussian } from "./mechanisms/discrete-gaussian/mechanism.ts";
export type { DiscreteLaplaceEvent } from "./mechanisms/discrete-laplace/event.ts";
export { type DiscreteLaplace, discreteLaplace } from "./mechanisms/discrete-laplace/mechanism.ts";
export { distributedDiscreteGaussian } from "./mechanisms/distributed-discrete-gaussian/mechanism.ts";
export { exponential } from "./mechanisms/exponential/mechanism.ts";
export { mechanismFrom } from "./mechanisms/from-event.ts";
export type { LocalNoise, LocalNoiseParameters, ShareRelation } from "./mechanisms/local-noise.ts";
export { addNoise, type NoiseMechanism } from "./mechanisms/noise-mechanism.ts";
export { permuteAndFlip } from "./mechanisms/permute-and-flip/mechanism.ts";
export {
  type RandomizedResponse,
  type ResponseRelation,
  randomizedResponse,
} from "./mechanisms/randomized-response/mechanism.ts";
export { reportNoisyMax } from "./mechanisms/report-noisy-max/mechanism.ts";
export type { SeesTruth, SelectionMechanism, SelectionParameters } from "./mechanisms/selection.ts";
export { distributedSkellam } from "./mechanisms/skellam/distributed.ts";
export { type JointSensitivities, type Skellam, skellam } from "./mechanisms/skellam/mechanism.ts";
export { formatRational, parseRational, type Rational, rational, toNumber } from "./rational.ts";
export {
  type About,
  type L1Sensitivity,
  type L2SquaredSensitivity,
  l1Sensitivity,
  l2SquaredSensitivity,
  type Member,
  type Neighbouring,
  neighbouringRelations,
  type PrivacyUnit,
  type UtilitySensitivity,
  utilitySensitivity,
  type ZeroOut,
} from "./units.ts";
