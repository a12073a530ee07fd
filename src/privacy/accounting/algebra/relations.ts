// Under which neighbouring relations an event means something. The types say the same at compile time.
import { fail } from "../../../base/errors.ts";
import { type Neighbouring, neighbouringRelations } from "../../units.ts";

const partial: Readonly<Record<string, readonly Neighbouring[]>> = {
  "distributed-discrete-gaussian": ["add-or-remove-one", "zero-out"],
  "distributed-skellam": ["add-or-remove-one", "zero-out"],
  "mixture-of-gaussians": ["add-or-remove-one", "zero-out"],
  "randomized-response": ["replace-one", "zero-out"],
  "sampled-without-replacement": ["replace-one"],
  shuffled: ["replace-one"],
  "tree-aggregation": ["zero-out"],
};

/** @throws PacelineError invalid_argument for a text that is no relation. */
export function parseNeighbouring(value: unknown): Neighbouring {
  const found = neighbouringRelations.find((one) => one === value);
  return found ?? fail("invalid_argument", `the neighbouring relation must be ${neighbouringRelations.join(", ")}`);
}

/** @throws PacelineError unsupported naming the relations under which the mechanism is defined. */
export function checkRelation(mechanism: string, neighbouring: Neighbouring): void {
  const allowed = partial[mechanism];
  if (allowed !== undefined && !allowed.includes(neighbouring))
    fail("unsupported", `a ${mechanism} event has no meaning under ${neighbouring}`, {
      hint: `It is defined under ${allowed.join(" and ")}.`,
    });
}
