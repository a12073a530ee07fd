// `paceline import`: what files hold, as members' days and a quality report.

import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { formatDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import { replaceFile } from "../../platform/node/files.ts";
import { nodeClock } from "../../platform/node/index.ts";
import { type Imported, importFiles } from "../../records/import.ts";
import { readers } from "../../records/readers.ts";
import { parseDateFormat } from "../../records/tables/dates/order.ts";
import { parseColumns, registryFor } from "../../records/tables/mapping.ts";
import { registryOf } from "../../task/metrics/definition.ts";
import { serviceRegistry } from "../registry.ts";
import { newTerminal } from "../terminal.ts";
import { findInputs, type Whose } from "./inputs.ts";
import { membersTable } from "./members-file.ts";
import { reportLines } from "./print.ts";
import { parseZone } from "./zone.ts";

/** What says how files are to be read, of every command that takes --data. */
export interface DataOptions {
  /** The operator's own metrics: a file as the services read it. */
  readonly registry?: string;
  readonly columns?: string;
  readonly dateFormat?: string;
  /** An id for files that name nobody, or `from-file` or `from-folder`. */
  readonly member?: string;
  readonly zone?: string;
}

/** What says how files are to be read says nothing without files. @throws PacelineError invalid_argument */
export function refuseDataOptions(options: DataOptions): void {
  for (const [key, option] of [
    ["columns", "--columns"],
    ["dateFormat", "--date-format"],
    ["member", "--member"],
    ["zone", "--zone"],
  ] as const)
    if (options[key] !== undefined) fail("invalid_argument", `${option} goes with --data`);
}

export interface ImportCommandOptions extends DataOptions {
  readonly json?: boolean;
  readonly days?: boolean;
  readonly out?: string;
}

/** Files in all from which on progress is shown. */
const LONG_BYTES = 30e6;
const MEMBER_CHARS_MAX = 128;

/** @throws PacelineError invalid_data, invalid_argument, not_found: which file, where, what to do */
export async function importPaths(paths: readonly string[], options: DataOptions, json: boolean): Promise<Imported> {
  const whose = whoseOf(options.member);
  const columns = options.columns === undefined ? undefined : parseColumns(options.columns);
  const known = registryOf(await serviceRegistry("helper", options.registry));
  const reading = {
    registry: columns === undefined ? known : registryFor(columns, known),
    // Somewhere it is tomorrow already.
    lastDay: Math.floor(nodeClock.now() / 86_400_000) + 1,
    ...(columns === undefined ? {} : { columns }),
    ...(options.dateFormat === undefined ? {} : { dateFormat: parseDateFormat(options.dateFormat) }),
    ...(options.zone === undefined ? {} : { offsetAt: parseZone(options.zone) }),
  };
  const at = new Map<string, number>();
  let bytes = 0;
  let bar: ((done: number) => void) | undefined;
  const found = findInputs(paths, whose, (path, position) => {
    if (bar === undefined) return;
    // A file that is read twice does not go back.
    const before = at.get(path) ?? 0;
    if (position <= before) return;
    at.set(path, position);
    bytes += position - before;
    bar(Math.floor(bytes / 1e6));
  });
  if (found.bytes > LONG_BYTES) bar = newTerminal(json).bar("MB read", Math.floor(found.bytes / 1e6));
  return importFiles(found.given, { readers, ...reading });
}

function whoseOf(member: string | undefined): Whose {
  if (member === "from-file" || member === "from-folder") return { kind: member };
  const id = member ?? "me";
  if (id.trim() === "" || id.length > MEMBER_CHARS_MAX)
    fail("invalid_argument", `--member is an id of 1 to ${MEMBER_CHARS_MAX} characters, from-file or from-folder`);
  return { kind: "one", id };
}

export async function importCommand(paths: readonly string[], options: ImportCommandOptions): Promise<void> {
  const json = options.json === true;
  if (options.days === true && !json) fail("invalid_argument", "--days goes with --json: it prints every day's values");
  if (options.out !== undefined) refuseUnwritable(options.out);
  const { members, report } = await importPaths(paths, options, json);
  if (options.out !== undefined) replaceFile(options.out, membersTable(members));
  if (json) {
    const listed = members.map(({ id, profile, days }) => ({
      id,
      profile,
      days: Object.fromEntries(days.map(({ day, values }) => [formatDay(day), values])),
    }));
    process.stdout.write(
      `${JSON.stringify({ ...(options.days === true ? { members: listed } : {}), report }, null, 2)}\n`,
    );
    return;
  }
  const { line } = newTerminal(false);
  for (const each of reportLines(report, readers)) line(each);
  if (options.out !== undefined) line(`\nWritten to ${options.out}, for you alone: it names members.`);
}

function refuseUnwritable(path: string): void {
  if (existsSync(path) && !statSync(path).isFile()) fail("invalid_argument", `--out ${path} is no file`);
  if (!existsSync(dirname(path))) fail("not_found", `--out ${path}: there is no folder ${dirname(path)}`);
}
