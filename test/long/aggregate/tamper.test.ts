import { test } from "vitest";
import { flipBits } from "../../aggregate/flip-bits.ts";

test("every bit of a report, flipped alone", () => flipBits(1));
