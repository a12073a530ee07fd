// The same on PostgreSQL: kill -9 at every named step of a training, of either service.
import { afterAll, beforeAll, describe, test } from "vitest";
import { dieTraining, duringStream, duringTraining, streamed, usual } from "../../e2e/training-at-points.ts";
import { type PostgresPairs, startPairs } from "../../support/pairs-on-postgres.ts";
import { noPostgres } from "../../support/postgres.ts";
import { newTrainingPair } from "../../support/training-pair.ts";

describe.skipIf(noPostgres !== undefined)("on PostgreSQL", () => {
  let pairs: PostgresPairs;
  beforeAll(async () => {
    pairs = await startPairs();
  });
  afterAll(() => pairs.stop());
  const make: typeof newTrainingPair = (context) => newTrainingPair(context, {}, pairs.newPair);

  test.for(duringTraining)("kill -9 at %s", (point, context) => dieTraining(context, point, usual, make));

  test.for(duringStream)("kill -9 at %s, with noise that is correlated over rounds", (point, context) =>
    dieTraining(context, point, streamed, make),
  );
});
