// kill -9 at every named step of a training, of either service: started again on its files, it goes on to the same rounds.
import { describe, test } from "vitest";
import { dieTraining, duringStream, duringTraining, streamed } from "../../e2e/training-at-points.ts";

describe("kill -9", () => {
  test.for(duringTraining)("at %s", (point, context) => dieTraining(context, point));
});

describe("kill -9, with noise that is correlated over rounds", () => {
  test.for(duringStream)("at %s", (point, context) => dieTraining(context, point, streamed));
});
