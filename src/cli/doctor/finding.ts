// One thing that doctor looked at. A check that cannot be made says so; none is left out silently.
import { isPacelineError } from "../../base/errors.ts";

export interface Finding {
  readonly what: string;
  /** Whoever is "missing" or "wrong" keeps a service from its work; "warning" will. */
  readonly state: "ok" | "optional" | "warning" | "missing" | "wrong";
  readonly detail: string;
}

export const isReady = (findings: readonly Finding[]): boolean =>
  findings.every(({ state }) => state !== "missing" && state !== "wrong");

/** What the check says; what it throws is what is wrong, or that there is no such thing. */
export async function finding(
  what: string,
  check: () => Promise<Omit<Finding, "what">> | Omit<Finding, "what">,
  thrown: "wrong" | "missing" = "wrong",
): Promise<Finding> {
  try {
    return { what, ...(await check()) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint = isPacelineError(error) && error.hint !== undefined ? ` ${error.hint}` : "";
    return { what, state: thrown, detail: `${message}.${hint}`.replace(/\.\.(?= |$)/, ".") };
  }
}

/** Of what would have to be asked with a token: that is for nobody's eyes but those of the service that it is for. */
export const unasked = (state: "optional" | "missing") =>
  ({ state, detail: "not asked: a token is shown to nobody else" }) as const;

export const ok = (detail: string) => ({ state: "ok", detail }) as const;
