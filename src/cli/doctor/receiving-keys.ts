// The receiving keys of a service: how old the present one is, which tasks keep an old one, and which need one that is not there.
import { call } from "../../api/call.ts";
import { coordinatorRoutes, helperRoutes, type KeysView } from "../../api/routes.ts";
import { isPacelineError } from "../../base/errors.ts";
import { nodeClock } from "../../platform/node/index.ts";
import type { Transport } from "../../ports/transport.ts";
import type { AnyConfig } from "../serve/config.ts";
import { type Finding, ok } from "./finding.ts";

const DAY_MS = 86_400_000;
const TASKS_SHOWN = 3;

type Held = KeysView["held"][number];

/** As the running service says. */
export async function receivingKeyFindings(known: AnyConfig, own: Transport): Promise<readonly Finding[]> {
  const view = await viewOf(known, own);
  if (typeof view === "string") return [{ what: "receiving keys", state: "optional", detail: `not known: ${view}` }];
  const old = view.held.slice(1).map((key): Finding => {
    return { what: "old receiving key", ...ok(`replaced ${daysSince(key.replaced)} ago; ${keptFor(key)}`) };
  });
  const missing = view.missing.map((key): Finding => {
    return { what: "lost receiving key", state: "wrong", detail: `it is not in the key file, and ${tasksOf(key)}` };
  });
  return [{ what: "receiving keys", ...present(view.held[0]) }, ...old, ...missing];
}

/** @returns a text where it cannot be asked: what else is looked at says what is wrong */
async function viewOf({ role, config }: AnyConfig, transport: Transport): Promise<KeysView | string> {
  const at = { transport, url: config.url };
  try {
    if (role === "coordinator") return await call({ ...at, token: config.analystToken }, coordinatorRoutes.keys);
    return config.leaderCertificate === undefined
      ? await call({ ...at, token: config.leaderToken }, helperRoutes.keys)
      : "this helper tells nobody but the holder of the coordinator's certificate";
  } catch (error) {
    if (isPacelineError(error)) return error.message;
    throw error;
  }
}

function present(key: Held | undefined) {
  const age = key?.made == null ? "its age is not written down" : `${daysSince(key.made)} old`;
  return ok(`the present one: ${age}; paceline rotate --receiving-key replaces it`);
}

const daysSince = (at: number | null): string =>
  `${Math.max(0, Math.floor((nodeClock.now() - (at ?? 0)) / DAY_MS))} days`;

const keptFor = (key: Held): string =>
  key.count === 0 ? "no task needs it any more, and within two hours it is destroyed" : tasksOf(key);

function tasksOf({ tasks, count }: Held): string {
  const more = count > TASKS_SHOWN ? ", …" : "";
  return `${count} ${count === 1 ? "task that is not over is" : "tasks that are not over are"} sealed to it: ${tasks.slice(0, TASKS_SHOWN).join(", ")}${more}`;
}
