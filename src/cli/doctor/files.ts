// The files of a service: there, whole, its owner's alone, with room on their disk; and a certificate that goes with its key.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import { fail } from "../../base/errors.ts";
import { nodeClock, openKeyring } from "../../platform/node/index.ts";
import { refuseShared } from "../../platform/node/private.ts";
import { isPostgresUrl, postgresAddress } from "../../storage/postgres/address.ts";
import { type AnyConfig, markPath } from "../serve/config.ts";
import { sealingPath } from "../serve/database.ts";
import { type Finding, finding, ok } from "./finding.ts";

const LEAST_FREE = 2 ** 30;
const WARN_DAYS = 14;
const DAY_MS = 86_400_000;

export async function fileFindings({ config }: AnyConfig): Promise<readonly Finding[]> {
  const { database, keys, listen } = config;
  const onServer = isPostgresUrl(database);
  // Keys without a database are those of a service that was never started; a database without its keys is lost.
  const started = onServer ? existsSync(markPath(config)) : existsSync(database);
  return [
    await finding("key file", () => keyFile(keys, started)),
    await privateFile(sealingPath(config), "sealing keys", started),
    await privateFile(markPath(config), "mark of the ledger", started),
    await databaseFile(database, started),
    await finding("room on the disk", () => room(onServer ? markPath(config) : database)),
    ...(listen.tls === undefined ? [] : [await certificate(listen.tls, new URL(config.url).hostname)]),
  ];
}

function keyFile(path: string, started: boolean) {
  if (!existsSync(path) && !started) return notYet(path);
  openKeyring(path, "refuse");
  return ok(path);
}

export const notYet = (path: string) =>
  ({ state: "optional", detail: `${path} is not there yet; the first start makes it` }) as const;

export const privateFile = (path: string, holds: string, started: boolean) =>
  finding(holds, () => {
    if (!existsSync(path)) {
      if (started) fail("not_found", `${path} is missing`, { hint: "Restore it before the service starts again." });
      return notYet(path);
    }
    refuseShared(path, `the ${holds}`);
    return ok(path);
  });

export const databaseFile = async (database: string, started: boolean): Promise<Finding> =>
  isPostgresUrl(database)
    ? { what: "database", ...ok(`PostgreSQL, ${postgresAddress(database).shown}; its service asks it, below`) }
    : await privateFile(database, "database", started);

export function room(path: string): Omit<Finding, "what"> {
  const { bavail, bsize } = statfsSync(dirname(path));
  const free = bavail * bsize;
  const detail = `${(free / 2 ** 30).toFixed(1)} GiB free at ${dirname(path)}`;
  return free < LEAST_FREE ? { state: "warning", detail: `${detail}; without room no report is taken` } : ok(detail);
}

export async function certificate(tls: { readonly certificate: string; readonly key: string }, host: string) {
  return await finding("certificate", () => {
    refuseShared(tls.key, "the key of the service's certificate");
    const read = new X509Certificate(readFileSync(tls.certificate));
    if (!read.checkPrivateKey(createPrivateKey(readFileSync(tls.key))))
      fail("invalid_data", `${tls.key} is not the key of ${tls.certificate}`);
    const address = host.replaceAll(/^\[|\]$/g, "");
    if ((isIP(address) === 0 ? read.checkHost(address) : read.checkIP(address)) === undefined)
      fail("invalid_data", `${tls.certificate} is not for ${host}`);
    const days = Math.floor((read.validToDate.getTime() - nodeClock.now()) / DAY_MS);
    if (days < 0) fail("invalid_data", `${tls.certificate} has expired: ${read.validTo}`);
    const detail = `${tls.certificate}, until ${read.validTo}`;
    return days < WARN_DAYS ? { state: "warning" as const, detail } : ok(detail);
  });
}
