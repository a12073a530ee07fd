// The registrar over HTTP: the JSON routes of api/masked.
import type { Hono } from "hono";
import { registrarRoutes } from "../../api/masked.ts";
import { openApi } from "../../api/openapi.ts";
import { concat, fromBase64Url, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { type ErrorLog, httpLimits, mount, newApp, openToPages } from "../../http/app.ts";
import { claim } from "../../ports/owner.ts";
import { type DeviceFloors, defaultFloors } from "../../protocol/secagg/terms.ts";
import type { Authorise } from "../app.ts";
import { newRegistrar, type RegistrarParts } from "./registrar.ts";

export interface RegistrarAppParts extends Omit<RegistrarParts, "floors"> {
  readonly authorise: Authorise;
  /** Default: 50 members, of whom 5 % may collude and 35 stay. */
  readonly floors?: Partial<DeviceFloors>;
  readonly version?: string;
  readonly log: ErrorLog;
}

/** @throws PacelineError conflict when the store is another party's or a registrar's with other keys */
export async function registrarApp(parts: RegistrarAppParts): Promise<Hono> {
  const { store, crypto, key, authorise, log, version = "1" } = parts;
  const keys = await crypto.sha256(concat(utf8("paceline registrar keys v1\n"), key.signer.publicKey, key.secret));
  await claim(store, { role: "registrar", keys });
  const floors = { ...defaultFloors, ...parts.floors };
  const registrar = newRegistrar({ ...parts, floors });
  const app = newApp(log, { storage: store.check });
  const access = { crypto, callers: {}, limits: httpLimits };
  const document = openApi("Paceline registrar", version, registrarRoutes);
  app.get("/openapi.json", (c) => c.json(document));
  mount(app, registrarRoutes.registrar, access, async () => ({
    ...{ url: parts.url, key: toBase64Url(key.signer.publicKey), floors },
    coordinators: parts.coordinators.map(({ url, registerKey }) => ({ url, registerKey: toBase64Url(registerKey) })),
  }));
  mount(app, registrarRoutes.openRound, access, async ({ body }) => {
    const { manifest, register } = body as { manifest: string; register: string };
    return { registrar: toBase64Url(await registrar.open(fromBase64Url(manifest), fromBase64Url(register))) };
  });
  mount(app, registrarRoutes.checkRound, access, async ({ body }) => {
    const { manifest, rehearsal } = body as { manifest: string; rehearsal: string };
    await registrar.check(fromBase64Url(manifest), fromBase64Url(rehearsal));
    return {};
  });
  // Before the route itself, whose answer to a page would not let it say who it is.
  openToPages(app, "POST", registrarRoutes.joinRound.path.replace("{task}", ":task"), ["authorization"]);
  mount(app, registrarRoutes.joinRound, access, async ({ body, parameters, request }) => {
    const account = await authorise(request);
    if (account === undefined) fail("unauthorized", "rounds are for members of this app, signed in");
    const { key: joining, signature } = body as { key: string; signature: string };
    const task = taskOf(parameters);
    return { closes: await registrar.join(task, account, fromBase64Url(joining), fromBase64Url(signature)) };
  });
  mount(app, registrarRoutes.opening, access, async ({ parameters }) => ({
    opening: toBase64Url(await registrar.opening(taskOf(parameters))),
  }));
  return app;
}

const TASK_BYTES = 32;

function taskOf({ task = "" }: Readonly<Record<string, string>>): Uint8Array {
  const bytes = fromBase64Url(task);
  return bytes.length === TASK_BYTES ? bytes : fail("not_found", "there is no such round at this registrar");
}
