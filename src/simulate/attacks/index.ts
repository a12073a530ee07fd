export { type AttackResult, simulateAttack } from "./attacks.ts";
export { attackFigures, claimWords } from "./figures.ts";
export type { AttackCurve, JudgedLine } from "./lines.ts";
export { type AttackName, type AttackOptions, attackNames } from "./options.ts";
