import { describe, test } from "vitest";
import { maskedPoints } from "../../../src/aggregate/points.ts";
import { maskedStages } from "../../../src/api/masked.ts";
import { endsWithout, goesOnWithout, survives } from "../../support/masked-standing.ts";

describe("a masked round", () => {
  test.each(maskedStages)("goes on without the 30 % who leave at %s", goesOnWithout);
  test.each(maskedStages)("ends without a sum when one more leaves at %s, and nothing of it stays", endsWithout);
  test.each(maskedPoints)("killed at %s, goes on to the same sum", survives);
});
