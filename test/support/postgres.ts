// A PostgreSQL server of the tests' own: a cluster in a temporary folder, reached through a Unix socket, with fsync on as
// in production. Where none is installed the tests that need one are skipped, saying so; in CI they fail.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { PacelineError } from "../../src/base/errors.ts";
import { callsOf, type Fault, faultEnvironment } from "./faults/fault.ts";

export interface Server {
  readonly folder: string;
  /** Of a database, for openDatabase. */
  url(database: string): string;
  /** Makes an empty one. */
  create(database: string): Promise<void>;
  /** Deletes every row of its tables. */
  empty(database: string): Promise<void>;
  /** As the superuser, in one statement or several. */
  run(database: string, text: string): Promise<readonly Record<string, unknown>[]>;
  /**
   * Ends the server as a power cut would, unless it has ended, and starts it again on the same files.
   * @param fault of the new one and all its processes
   * @throws Error with what it said when it does not start
   */
  crash(fault?: Fault): Promise<void>;
  /** It may end by itself, where its disk fails. */
  runs(): boolean;
  /** Its log, since it was started. */
  said(): string;
  /** How many calls of the latest server with a fault were spoilt. */
  spoilt(): number;
  stop(): Promise<void>;
}

const MEMORY = "/dev/shm";
const DEBIAN = "/usr/lib/postgresql";

/** The folder of initdb and postgres: the newest of Debian's, or what PACELINE_POSTGRES names. */
function binaries(): string | undefined {
  const named = process.env.PACELINE_POSTGRES;
  if (named !== undefined) return named;
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).filter((name) => existsSync(join(DEBIAN, name, "bin", "initdb")));
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  return newest && join(DEBIAN, newest, "bin");
}

/** postgres refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

const bin = binaries();

/** Why tests of PostgreSQL are skipped here, if so. */
export const noPostgres: string | undefined =
  bin === undefined ? "no PostgreSQL is installed here (Debian: apt-get install postgresql)" : undefined;
if (noPostgres !== undefined) {
  if (process.env.CI === "true") throw new Error(noPostgres);
  process.stderr.write(`skipped: ${noPostgres}\n`);
}

type Rows = readonly Record<string, unknown>[];

/**
 * What queries say, at once and all of one moment: for tests that look from outside while services run. Bytes come as text, \\x and
 * hex.
 * @throws PacelineError unavailable while the server is away
 */
export function queriesNow(url: string, texts: Readonly<Record<string, string>>): Readonly<Record<string, Rows>> {
  const parts = Object.entries(texts).map(
    ([name, text]) => `'${name}', (select coalesce(json_agg(t), '[]') from (${text}) t)`,
  );
  const all = `select json_build_object(${parts.join(", ")})`;
  try {
    const quiet = { encoding: "utf8", stdio: "pipe" } as const;
    return JSON.parse(execFileSync(join(bin ?? "", "psql"), ["-XAt", "-c", all, url], quiet));
  } catch (cause) {
    // As the services say it: whoever asks again later finds the server.
    throw new PacelineError("unavailable", `no server looked at: ${String(cause)}`, { cause });
  }
}

const USER = "paceline";
/** Its socket has the number too. */
const portOf = (settings: readonly string[]) => Number(/port = (\d+)/.exec(settings.join("\n"))?.[1] ?? 5432);

export interface Place {
  /** Where its folder is made: in memory where there is such a place; a socket's path has at most 107 bytes. */
  readonly within?: string;
  /** A folder on another disk for the write-ahead log, and nothing else. */
  readonly wal?: string;
}

/** MiB of one of the log's files: as small as PostgreSQL makes them. */
const SMALL_SEGMENTS = "1";

function owned(path: string, { uid, gid }: ReturnType<typeof unprivileged>): string {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  return path;
}

/**
 * @param settings lines for postgresql.conf
 * @param files beside it, for the server's eyes alone
 */
export async function startPostgres(
  settings: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
  { within = existsSync(MEMORY) ? MEMORY : tmpdir(), wal }: Place = {},
): Promise<Server> {
  if (bin === undefined) throw new Error(noPostgres);
  const who = unprivileged();
  const folder = owned(mkdtempSync(join(within, "pg-")), who);
  const env = { PATH: process.env.PATH, LC_ALL: "C.UTF-8" };
  const data = join(folder, "data");
  const make = ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"];
  if (wal !== undefined)
    make.push("--waldir", owned(mkdtempSync(join(wal, "wal-")), who), "--wal-segsize", SMALL_SEGMENTS);
  execFileSync(join(bin, "initdb"), make, { ...who, env, cwd: folder, stdio: "ignore" });
  // After a crash only the file system is flushed, not every file by itself.
  const own = [`unix_socket_directories = '${folder}'`, "listen_addresses = ''", "recovery_init_sync_method = syncfs"];
  const lines = [...own, ...settings];
  appendFileSync(join(data, "postgresql.conf"), `${lines.join("\n")}\n`);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(data, name), content, { mode: 0o600 });
    owned(join(data, name), who);
  }
  const calls = join(folder, "calls");
  const start = (fault?: Fault) => {
    const environment = fault === undefined ? {} : faultEnvironment(fault, calls);
    return spawn(join(bin, "postgres"), ["-D", data], { ...who, env: { ...env, ...environment }, cwd: folder });
  };
  let server = listenedTo(start());
  await server.ready;
  async function run(database: string, text: string) {
    const client = new Client({ host: folder, port: portOf(settings), user: USER, database });
    // A server that ends takes the connection along; the statement that fails says so.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows ?? [];
    } finally {
      await client.end();
    }
  }
  return {
    folder,
    url: (database) => `postgres://${USER}@${encodeURIComponent(folder)}:${portOf(settings)}/${database}`,
    create: async (database) => void (await run("postgres", `create database ${database}`)),
    async empty(database) {
      const tables = await run(database, "select tablename from pg_tables where schemaname = 'public'");
      const names = tables.map(({ tablename }) => String(tablename)).filter((name) => name !== "schema_version");
      // In any order: this session checks no foreign keys.
      const deletions = names.map((name) => `delete from "${name}"`).join("; ");
      await run(database, `set session_replication_role = replica; ${deletions}`);
    },
    run,
    async crash(fault) {
      // SIGQUIT ends every process of the server at once, and nothing is written any more.
      await ended(server.process, "SIGQUIT");
      server = listenedTo(start(fault));
      await server.ready;
    },
    runs: () => server.process.exitCode === null && server.process.signalCode === null,
    said: () => server.said(),
    spoilt: () => callsOf(calls).spoilt,
    async stop() {
      await ended(server.process, "SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its latest words are kept. */
const SAID_MAX = 200_000;

function listenedTo(server: ChildProcess) {
  let said = "";
  const ready = new Promise<void>((resolve, reject) => {
    server.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SAID_MAX);
      if (/ready to accept connections/.test(said)) resolve();
    });
    server.once("exit", () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
  });
  return { process: server, ready, said: () => said };
}

async function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    server.once("exit", () => resolve());
    server.kill(signal);
  });
}
