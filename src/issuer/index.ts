// paceline/issuer: the issuer of tokens and the registrar of masked rounds, for the server that knows the app's accounts. It is run
// by neither aggregator.
import { httpLimits } from "../http/app.ts";
import { every } from "../http/every.ts";
import { type Listening, listen } from "../http/listen.ts";
import type { ListenOptions } from "../http/server.ts";
import { type IssuerAppParts, issuerApp } from "./app.ts";
import { type RegistrarAppParts, registrarApp } from "./registrar/app.ts";
import { ROSTERS_KEPT_MS } from "./registrar/registrar.ts";
import { yearOf } from "./year.ts";

const SWEEP_MS = 24 * 3_600_000;

/** To be mounted in a server of one's own: answers web-standard requests. */
export async function createIssuer(parts: IssuerAppParts): Promise<{ fetch(request: Request): Promise<Response> }> {
  const app = await issuerApp(parts);
  return { fetch: async (request) => await app.fetch(request) };
}

/** Or on a port of its own, behind whatever ends TLS. */
export async function serveIssuer(
  parts: IssuerAppParts,
  where: { readonly hostname: string; readonly port: number },
): Promise<Listening> {
  const { store, clock, log } = parts;
  await every(SWEEP_MS, log, "forgetting past years", () =>
    // The year before stays: a clock that was wrong for a moment gives nobody a second year.
    store.transaction((rows) => rows.forgetBefore(String(Number(yearOf(clock)) - 1))),
  );
  return await listen(await issuerApp(parts), httpLimits, where);
}

/** To be mounted in a server of one's own: answers web-standard requests. */
export async function createRegistrar(
  parts: RegistrarAppParts,
): Promise<{ fetch(request: Request): Promise<Response> }> {
  const app = await registrarApp(parts);
  return { fetch: async (request) => await app.fetch(request) };
}

/** Or on a port of its own, behind whatever ends TLS. */
export async function serveRegistrar(parts: RegistrarAppParts, where: ListenOptions): Promise<Listening> {
  const { store, clock, log } = parts;
  const app = await registrarApp(parts);
  await every(SWEEP_MS, log, "forgetting past rounds", () =>
    store.transaction((rows) => rows.forgetRosters(clock.now() - ROSTERS_KEPT_MS)),
  );
  return await listen(app, httpLimits, where);
}

export type { Listening } from "../http/listen.ts";
export type { ListenOptions, TlsPair } from "../http/server.ts";
export type { IssuerSigningKey } from "../ports/issuer-key.ts";
export type { RegistrarKey } from "../ports/registrar-key.ts";
export type { Authorise, IssuerAppParts } from "./app.ts";
export { acknowledgeLoss, type LossParts } from "./mark.ts";
export type { RegistrarAppParts } from "./registrar/app.ts";
export type { IssuanceRow, IssuerRows, RegistrarRows, RosterMember, RosterRow } from "./store.ts";
