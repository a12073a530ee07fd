// kill -9 of either service or both at random instants of a training, on SQLite and on PostgreSQL; PACELINE_KILLS, PACELINE_SEED and
// PACELINE_FROM as in random-kills.test.ts. Half of the trainings have noise that is correlated over its rounds.
import { test } from "vitest";
import { asOften, timeout } from "../../e2e/as-often.ts";
import type { Way } from "../../e2e/at-random.ts";
import { streamed, usual } from "../../e2e/training-at-points.ts";
import { trainUnderKills } from "../../e2e/training-at-random.ts";
import { startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import { newTrainingPair } from "../../support/training-pair.ts";

/** Which of the two is drawn: the same again from the same seed. */
const way: Way = (pair, instants, ...rest) =>
  trainUnderKills(instants.draw(2) === 0 ? usual : streamed)(pair, instants, ...rest);

test("trainings on SQLite", () => asOften("trainings on SQLite", { newPair: newTrainingPair, way }), timeout);

test.skipIf(noPostgres !== undefined)(
  "trainings on PostgreSQL",
  async () => {
    const pairs = await startPairs();
    try {
      const newPair: typeof newTrainingPair = (context, options) => newTrainingPair(context, options, pairs.newPair);
      await asOften("trainings on PostgreSQL", { newPair, way });
    } finally {
      await pairs.stop();
    }
  },
  timeout,
);
