// comlink carries an error's name, message and stack between threads, and drops our code. Both sides install this.
import { transferHandlers } from "comlink";
import { type ErrorCode, isPacelineError, PacelineError } from "../base/errors.ts";

interface Thrown {
  readonly value: unknown;
}
interface Carried {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly hint: string | undefined;
}

let carried = false;

/** Replaces comlink's handler of thrown values, once; what is no PacelineError arrives as `internal`. */
export function carryErrors(): void {
  const original = transferHandlers.get("throw");
  if (original === undefined || carried) return;
  carried = true;
  transferHandlers.set("throw", {
    canHandle: (value): value is Thrown => original.canHandle(value),
    serialize({ value }: Thrown) {
      const carried: Carried = isPacelineError(value)
        ? { code: value.code, detail: value.message, hint: value.hint }
        : {
            code: "internal",
            detail: value instanceof Error ? `${value.name}: ${value.message}` : "worker",
            hint: undefined,
          };
      return [carried, []];
    },
    deserialize({ code, detail, hint }: Carried): never {
      throw new PacelineError(code, detail, hint === undefined ? {} : { hint });
    },
  });
}
