// A command's connection to the service that it is about.
import type { Service } from "../../api/call.ts";
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import { nodeTransport } from "../../platform/node/index.ts";
import { readLogins } from "./logins.ts";

export interface ServiceChoice {
  /** As it was named at login. */
  readonly service?: string;
}

export interface Session extends Service {
  /** As it was named at login. */
  readonly name: string;
}

/** @returns undefined without any login @throws PacelineError not_found for a name that is none */
export function chosenLogin({ service }: ServiceChoice) {
  const logins = readLogins();
  if (logins === undefined) return undefined;
  const name = service ?? logins.current;
  const names = Object.keys(logins.services);
  const login = Object.hasOwn(logins.services, name) ? logins.services[name] : undefined;
  if (login !== undefined) return { name, ...login };
  const near = closest(name, names);
  return fail("not_found", `no login is called "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`, {
    hint: `There ${names.length === 1 ? "is" : "are"}: ${names.join(", ")}.`,
  });
}

/** @throws PacelineError unauthorized when there is no login */
export async function withSession<T>(choice: ServiceChoice, work: (session: Session) => Promise<T>): Promise<T> {
  const login =
    chosenLogin(choice) ??
    fail("unauthorized", "you are not logged in to any service", {
      hint: "Run: paceline login URL   (it asks for the token that the coordinator's operator gave you)",
    });
  const transport = nodeTransport({ timeoutMs: 120_000 });
  try {
    return await work({ ...login, transport });
  } finally {
    transport.close();
  }
}
