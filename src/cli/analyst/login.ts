// `paceline login`: keeps a service's address and an analyst's token, once the service has taken it.
import { call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { fail, isPacelineError, PacelineError } from "../../base/errors.ts";
import { serviceUrlFault } from "../../base/service-url.ts";
import { nodeTransport } from "../../platform/node/index.ts";
import { hiddenLine, wholeInput } from "./input.ts";
import { loginsPath, readLogins, tokenForm, writeLogins } from "./logins.ts";

export interface LoginOptions {
  readonly name?: string;
  readonly tokenStdin?: boolean;
}

/** Without an address: lists the logins there are; with a name alone, makes it the one that commands use. */
export async function loginCommand(given: string | undefined, { name, tokenStdin }: LoginOptions): Promise<void> {
  if (given === undefined) {
    list(name);
    return;
  }
  const url = given.replace(/\/+$/, "");
  const fault = serviceUrlFault(url, URL);
  if (fault !== undefined) fail("invalid_argument", `the address ${fault}`);
  const token = await tokenFor(url, tokenStdin === true);
  const transport = nodeTransport();
  try {
    await call({ transport, url, token }, coordinatorRoutes.budget);
  } catch (error) {
    throw isPacelineError(error) && error.code === "unauthorized"
      ? new PacelineError("unauthorized", `${url} does not take this token; nothing was stored`, {
          hint: "Compare it with `analystToken` in the coordinator's configuration.",
        })
      : error;
  } finally {
    transport.close();
  }
  const known = readLogins();
  const chosen = name ?? nameOf(url);
  writeLogins({
    version: 1,
    current: chosen,
    services: { ...known?.services, [chosen]: { url, token } },
  });
  process.stdout.write(`Logged in to ${url} as "${chosen}"; ${loginsPath()} is yours alone.\n`);
}

function list(name: string | undefined): void {
  const logins = readLogins();
  if (logins === undefined)
    fail("invalid_argument", "name the address of a coordinator", { hint: "paceline login https://paceline.example" });
  else if (name !== undefined && !Object.hasOwn(logins.services, name))
    fail("not_found", `no login is called "${name}"`, {
      hint: `There are: ${Object.keys(logins.services).join(", ")}.`,
    });
  else {
    const current = name ?? logins.current;
    if (name !== undefined) writeLogins({ ...logins, current });
    for (const [each, { url }] of Object.entries(logins.services))
      process.stdout.write(`${each === current ? "*" : " "} ${each}  ${url}\n`);
  }
}

const nameOf = (url: string) => new URL(url).host;

async function tokenFor(url: string, fromInput: boolean): Promise<string> {
  if (!fromInput && process.stdin.isTTY !== true)
    fail("invalid_argument", "no token was given", {
      hint: "Nobody can be asked here: pipe it in with --token-stdin. Arguments are seen by everyone on this machine.",
    });
  const token = (fromInput ? await wholeInput() : await hiddenLine(`Token for ${url}: `)).trim();
  if (!tokenForm.test(token)) fail("invalid_argument", "a token is one word of printable characters");
  return token;
}
