// paceline init registrar: what the party needs that says who is in a masked round, and what the coordinator's operator gets of it.
import { fail } from "../../base/errors.ts";
import { registrarKeys } from "../serve/keys.ts";
import { type RegistrarFile, readRegistrarConfig, registrarSchema } from "../serve/registrar-config.ts";
import { checkAddress, filesIn, type InitOptions, listenOf, tell, write, writeConfig } from "./init.ts";
import { invitationText } from "./invitation.ts";

export interface InitRegistrarOptions extends Omit<InitOptions, "minBatch"> {
  /** Where the app's own server says whose a session is. */
  readonly accounts: string;
}

/** @throws PacelineError as initHelper does */
export function initRegistrar(options: InitRegistrarOptions): void {
  checkAddress("--url", options.url);
  checkAddress("--accounts", options.accounts);
  if (options.url === options.accounts) fail("invalid_argument", "--accounts is the registrar's own address");
  const listen = listenOf(options);
  const names = ["registrar.json", "registrar.keys", "registrar.sqlite", "for-coordinator.json", "pinned.json"];
  const file = filesIn(options.folder, names);
  const { key } = registrarKeys(file("registrar.keys"));
  const config: RegistrarFile = {
    database: file("registrar.sqlite"),
    keys: file("registrar.keys"),
    listen,
    url: options.url,
    coordinators: [file("pinned.json")],
    accounts: { url: options.accounts },
  };
  write(file("for-coordinator.json"), invitationText("registrar", { url: options.url, key }));
  writeConfig("registrar", file("registrar.json"), registrarSchema, config, readRegistrarConfig);
  tell(options, "registrar", key, [
    { path: file("registrar.json"), what: "the configuration, every field explained" },
    { path: file("registrar.keys"), what: "its key: keep a copy elsewhere, apps have it pinned" },
    { path: file("for-coordinator.json"), what: "hand it to the coordinator's operator: nothing secret" },
    {
      path: file("pinned.json"),
      what: "not there yet: put what the coordinator's operator hands back there, before it starts",
    },
  ]);
}
