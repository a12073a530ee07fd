// A backup as one file: a line that says what it is, the content compressed, and a SHA-256 over all of it at the end. A file
// that ends early or has a wrong bit is found before anything of it is used.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip } from "node:zlib";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { syncFolder } from "../../platform/node/files.ts";
import { privateMode, refuseShared } from "../../platform/node/private.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";

const FORMAT = "paceline-backup-1";
const HASH_BYTES = 32;
const HEADER_BYTES_MAX = 4096;

/** Whose database it is; dap: a plain aggregator's. */
export type BackupRole = "coordinator" | "helper" | "dap";

export interface Header {
  readonly format: typeof FORMAT;
  readonly database: "sqlite" | "postgres";
  readonly role: BackupRole;
  /** When it began, in Unix milliseconds: what was acknowledged before is in it. */
  readonly at: number;
}

export interface RestoreOptions {
  readonly config: string;
  readonly from: string;
  /** What an operator without a mark knows: charge: nothing. partner: the other side's database was never restored. */
  readonly lostMark?: "charge" | "partner";
  readonly json?: boolean;
}

/** @throws PacelineError conflict, unsupported when a backup is no such service's, or of another engine */
export function checkFits({ database, role }: Header, wanted: BackupRole, where: string): void {
  if (role !== wanted) fail("conflict", `the backup is of ${role}, and the configuration of ${wanted}`);
  const kind = isPostgresUrl(where) ? "postgres" : "sqlite";
  if (database !== kind)
    fail("unsupported", `the backup is of ${database} and the configuration's database of ${kind}`, {
      hint: "A backup is restored into a database of the kind that it was taken of.",
    });
}

/**
 * Durable when it resolves, and not there at all when it rejects.
 * @returns the file's bytes @throws PacelineError conflict when there is such a file
 */
export async function writeArchive(
  path: string,
  about: Omit<Header, "format">,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  if (existsSync(path))
    fail("conflict", `${path} is there already`, { hint: "A backup is never written over another." });
  const beside = `${path}.partial`;
  rmSync(beside, { force: true });
  const hash = createHash("sha256");
  async function* whole(): AsyncIterable<Uint8Array> {
    const header = Buffer.from(`${JSON.stringify({ format: FORMAT, ...about })}\n`);
    hash.update(header);
    yield header;
    // Shares are random bytes: what can be compressed at all is found quickly.
    const packed = Readable.from(content).compose(createGzip({ level: constants.Z_BEST_SPEED }));
    for await (const bytes of packed as AsyncIterable<Uint8Array>) {
      hash.update(bytes);
      yield bytes;
    }
    yield hash.digest();
  }
  try {
    await pipeline(Readable.from(whole()), createWriteStream(beside, { flags: "wx", mode: privateMode, flush: true }));
    renameSync(beside, path);
    syncFolder(path);
    return statSync(path).size;
  } finally {
    rmSync(beside, { force: true });
  }
}

/**
 * Reads all of it once to see that it is whole, and gives the content when that is asked for.
 * @throws PacelineError not_found, policy_refused when others can read it, invalid_data when it is no backup or not whole
 */
export async function readArchive(
  path: string,
): Promise<{ readonly header: Header; content(): AsyncIterable<Uint8Array> }> {
  if (!existsSync(path)) fail("not_found", `there is no backup ${path}`);
  refuseShared(path, "reports and budgets");
  const { size } = statSync(path);
  const start = await headerOf(path);
  if (size < start.bytes + HASH_BYTES) damaged(path);
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path, { end: size - HASH_BYTES - 1 })) hash.update(bytes as Uint8Array);
  const file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(HASH_BYTES), 0, HASH_BYTES, size - HASH_BYTES);
  await file.close();
  if (!hash.digest().equals(buffer)) damaged(path);
  return {
    header: start.header,
    content: () => createReadStream(path, { start: start.bytes, end: size - HASH_BYTES - 1 }).compose(createGunzip()),
  };
}

async function headerOf(path: string): Promise<{ readonly header: Header; readonly bytes: number }> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES_MAX), 0, HEADER_BYTES_MAX, 0);
    const end = buffer.subarray(0, bytesRead).indexOf("\n");
    const header = end < 0 ? undefined : headerIn(buffer.subarray(0, end).toString());
    if (header?.format !== FORMAT)
      fail("invalid_data", `${path} is no backup of Paceline's, or its beginning is damaged`, {
        hint: "Nothing of it was used. Give the file that `paceline backup` wrote, or an older one that is whole.",
      });
    return { header, bytes: end + 1 };
  } finally {
    await file.close();
  }
}

function headerIn(line: string): Header | undefined {
  try {
    return parseJson(line, "it") as Header;
  } catch {
    return undefined;
  }
}

function damaged(path: string): never {
  fail("invalid_data", `the backup ${path} is damaged: it does not have the bytes that were written`, {
    hint: "Nothing of it was used. Take an older one that is whole.",
  });
}
