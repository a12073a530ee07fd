export { type AttackJob, type AttackResult, simulateAttack, simulateAttackJob } from "./attacks.ts";
export { type Bounded, boundsFigure, claimWords } from "./bounds.ts";
export { attackFigures } from "./figures.ts";
export type { AttackCurve, JudgedLine } from "./lines.ts";
export { type AttackName, type AttackOptions, attackNames } from "./options.ts";
