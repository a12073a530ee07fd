// Which field a task's shares live in. Apart from parameters.ts, which devices carry with one of the fields only.
import type { Field } from "../../math/field/field.ts";
import { field64 } from "../../math/field/field64.ts";
import { field128 } from "../../math/field/field128.ts";
import type { Prio3Parameters } from "./parameters.ts";

/** The field that shares and aggregates of these parameters live in. */
export function fieldOf(parameters: Prio3Parameters): Field {
  switch (parameters.type) {
    case "Prio3Count":
    case "Prio3Sum":
    case "Prio3SumVecField64Multiproof":
      return field64;
    default:
      return field128;
  }
}
