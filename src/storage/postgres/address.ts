// Where a PostgreSQL database is, out of its URL. Beyond this machine the server has to prove who it is: shares and budgets
// would be in the hands of whoever answers in its place.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import { fail } from "../../base/errors.ts";

export interface PostgresAddress {
  /** A name, an IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Without one the driver looks into ~/.pgpass (or PGPASSFILE). */
  readonly password?: string;
  readonly tls?: ConnectionOptions;
  /** As messages name it: without user and password. */
  readonly shown: string;
}

const KNOWN = ["sslmode", "sslrootcert"];
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** Whether a configuration's `database` is one, and not a file. */
export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:\/\//i.test(text);

/**
 * postgres://user[:password]@host[:port]/database[?sslmode=verify-full&sslrootcert=FILE]. In place of a host, the folder of
 * a Unix socket: postgres://user@%2Fvar%2Frun%2Fpostgresql/database.
 * @throws PacelineError invalid_argument, which quotes nothing that may be a password; policy_refused beyond this machine
 * without sslmode=verify-full
 */
export function postgresAddress(text: string): PostgresAddress {
  const url = parsed(text);
  const asked = url.searchParams;
  for (const name of asked.keys())
    if (!KNOWN.includes(name) || asked.getAll(name).length > 1)
      fail("invalid_argument", `the database's URL has a parameter that is not known here, or twice: ${name}`, {
        hint: `Known are ${KNOWN.join(", ")}.`,
      });
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, "$1");
  if (host === "") fail("invalid_argument", "the database's URL names no host");
  const port = url.port === "" ? 5432 : Number(url.port);
  const [database, user] = [decoded(url.pathname.slice(1)), decoded(url.username)];
  if (database === "" || database.includes("/")) fail("invalid_argument", "the database's URL names no database");
  if (user === "") fail("invalid_argument", "the database's URL names no user");
  const password = decoded(url.password);
  const tls = tlsOf(host, asked.get("sslmode"), asked.get("sslrootcert"));
  return {
    host,
    port,
    database,
    user,
    ...(password === "" ? {} : { password }),
    ...(tls && { tls }),
    shown: `${host}:${port}/${database}`,
  };
}

function parsed(text: string): URL {
  try {
    if (isPostgresUrl(text)) return new URL(text);
  } catch {
    // Its message quotes the text.
  }
  return fail("invalid_argument", "the database's URL cannot be read", {
    hint: "postgres://user@host:5432/database?sslmode=verify-full; what is special in a password is %-encoded.",
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return fail("invalid_argument", "the database's URL holds a % that encodes nothing", {
      hint: "A percent sign itself is %25.",
    });
  }
}

function tlsOf(host: string, mode: string | null, root: string | null): ConnectionOptions | undefined {
  if (mode !== null && mode !== "disable" && mode !== "verify-full")
    fail("policy_refused", "sslmode is verify-full or disable: others encrypt towards whoever answers");
  if (mode === "verify-full") {
    if (host.startsWith("/")) fail("invalid_argument", "a Unix socket has no TLS: leave sslmode out");
    return {
      ...(root === null ? {} : { ca: certificates(root) }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      minVersion: "TLSv1.2",
      rejectUnauthorized: true,
      // By the name in the URL, also where it is an IP address.
      checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    };
  }
  if (root !== null) fail("invalid_argument", "sslrootcert is of use with sslmode=verify-full alone");
  if (!host.startsWith("/") && !LOOPBACK.includes(host))
    fail("policy_refused", `the database on ${host} is not on this machine, and its URL has no sslmode=verify-full`, {
      hint: "Add ?sslmode=verify-full, and &sslrootcert=FILE where an authority of your own signed its certificate.",
    });
  return undefined;
}

function certificates(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    return fail("not_found", `sslrootcert ${file} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}
