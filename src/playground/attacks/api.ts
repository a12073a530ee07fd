// What the room computes off the page's thread: attacks, from beginning to end.
import type { Figure } from "../../figures/index.ts";
import { type AttackOptions, type AttackResult, attackFigures, simulateAttack } from "../../simulate/index.ts";
import type { Progress } from "../shell/progress.ts";

export interface Attacked {
  readonly result: AttackResult;
  readonly figures: readonly Figure[];
}

export const api = {
  async run(options: AttackOptions, progress: Progress): Promise<Attacked> {
    const result = await simulateAttack(options, progress);
    return { result, figures: attackFigures(result) };
  },
};
