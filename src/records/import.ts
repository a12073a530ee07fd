// Files to members and a quality report: archives are opened, each file goes to the reader that knows it, samples become days.
import { fail, isPacelineError } from "../base/errors.ts";
import type { Registry } from "../task/metrics.ts";
import { expand } from "./archive/expand.ts";
import type { Damage } from "./archive/inflate.ts";
import { isPlainText, unreadKind } from "./archive/unread.ts";
import { Collector } from "./days/collect.ts";
import { Quality, type QualityReport } from "./quality.ts";
import type { Input, Reader, ReadOptions } from "./reader.ts";
import { headOf } from "./recognise.ts";
import { nearTwins } from "./tables/ids.ts";
import type { Member } from "./types.ts";

/** A file as somebody gave it. */
export interface Given {
  readonly input: Input;
  /** It was named itself, not found in a folder: that it cannot be read is then a refusal. */
  readonly named: boolean;
  /** Whose it is, where the file names nobody. */
  readonly owner: string;
}

export interface ImportOptions extends ReadOptions {
  readonly registry: Registry;
  /** In the order in which they are asked. */
  readonly readers: readonly Reader[];
  /** The share of a day that a device must have been worn, where that is known. */
  readonly coverageMin?: number;
  /** The last day that there can be anything of, by the caller's clock. */
  readonly lastDay?: number;
  /** Waited for between steps of making days, where the thread has other things to do. */
  readonly pause?: () => Promise<void> | undefined;
}

export interface Imported {
  /** By id, days in order. */
  readonly members: readonly Member[];
  readonly report: QualityReport;
}

/**
 * @throws PacelineError invalid_data for a named file that cannot be read or gives nothing, and where nothing at all is read:
 * which file, what it is, what to do
 */
export async function importFiles(
  given: AsyncIterable<Given> | Iterable<Given>,
  options: ImportOptions,
): Promise<Imported> {
  const quality = new Quality();
  const collector = new Collector(options, quality);
  const damaged = new Set<string>();
  const onDamage = (damage: Damage, file: string) => {
    if (damaged.has(`${damage} ${file}`)) return;
    damaged.add(`${damage} ${file}`);
    quality.note(damage, { file }, 1);
  };
  const reading = { ...options, isCutOff: (path: string) => damaged.has(`truncated ${path}`) };
  let files = 0;
  /** Of files that name nobody: how many there are of each owner, and the first. */
  const unnamed = new Map<string, { count: number; first: string }>();
  for await (const each of given) {
    options.signal?.throwIfAborted();
    let read = 0;
    let nameless = false;
    let last: { file: string; is: string; hint: string } | undefined;
    try {
      for await (const one of expand(each.input, onDamage)) {
        files++;
        const outcome = "open" in one ? await readOne(one, each, collector, quality, reading) : one;
        if (outcome === undefined) {
          read++;
          nameless ||= collector.unnamed;
        } else {
          quality.unread(outcome);
          last = outcome;
        }
      }
    } catch (error) {
      // Of a folder the other files are good.
      if (each.named || !isPacelineError(error) || error.code !== "invalid_data") throw error;
      quality.unread({ file: each.input.path, is: error.message, hint: error.hint ?? "" });
    }
    if (nameless) {
      const before = unnamed.get(each.owner);
      unnamed.set(each.owner, { count: (before?.count ?? 0) + 1, first: before?.first ?? each.input.path });
    }
    if (each.named && read === 0) refuse(last ?? { file: each.input.path, is: "an empty archive", hint: "" });
  }
  const [only] = unnamed.values();
  if (unnamed.size === 1 && only !== undefined && only.count > 1)
    quality.note("one_member", { file: only.first }, only.count);
  const [missing] = quality.missingEverywhere();
  if (missing !== undefined)
    fail("invalid_data", `no file has the column that the mapping names for ${missing}`, {
      hint: `Look at the files' headers: ${missing}=Column must name one of them as it is written.`,
    });
  const members: Member[] = [];
  for (const step of collector.steps()) {
    if (step !== undefined) members.push(step);
    const pause = options.pause?.();
    if (pause !== undefined) await pause;
  }
  // of one file its reader tells them
  const twins = nearTwins(members.map(({ id }) => id)) - quality.noted("near_twin_ids");
  if (twins > 0) quality.note("near_twin_ids", { file: `${files} files` }, twins);
  const report = quality.report(members, collector.counts);
  if (files === 0) fail("invalid_data", "there is no file to import");
  if (report.files.length === 0) refuse(report.unread[0] ?? { file: "", is: "nothing", hint: "" });
  return { members, report };
}

function refuse({ file, is, hint }: { file: string; is: string; hint: string }): never {
  // A reader's own refusal names the file.
  const detail = is.includes(file) ? is : `${file} is ${is}`;
  return fail("invalid_data", detail, hint === "" ? {} : { hint });
}

/** @returns undefined where the file gave something, else what it is */
async function readOne(
  input: Input,
  { input: whole, named, owner }: Given,
  collector: Collector,
  quality: Quality,
  options: ImportOptions,
): Promise<{ file: string; is: string; hint: string } | undefined> {
  const head = await headOf(input);
  const reader =
    options.readers.find((each) => each.recognises(head, input.path)) ??
    (options.columns !== undefined && isPlainText(head)
      ? options.readers.find(({ id }) => id === "tables")
      : undefined);
  if (reader === undefined) return unreadKind(head, input);
  collector.begin(owner);
  try {
    await reader.read(input, collector, options);
  } catch (error) {
    const itself = named && input.path === whole.path;
    if (itself || !isPacelineError(error) || error.code !== "invalid_data") throw error;
    if (collector.fromFile === 0) return { file: input.path, is: error.message, hint: error.hint ?? "" };
    quality.note("damaged", { file: input.path }, 1);
  }
  quality.read({ file: input.path, as: reader.id, values: collector.fromFile });
  if (collector.fromFile > 0) return undefined;
  const worst = quality.worstOf(input.path);
  if (worst === undefined) return { file: input.path, is: `${reader.title} with no value in it`, hint: "" };
  const places = [
    ...(worst.line === undefined ? [] : [`line ${worst.line}`]),
    ...(worst.record === undefined ? [] : [`record ${worst.record}`]),
    ...(worst.column === undefined ? [] : [`column ${worst.column}`]),
  ];
  return {
    file: input.path,
    is: `${reader.title} of which nothing can be used: ${worst.says} (${[`${worst.count} times, first in ${places[0] ?? "it"}`, ...places.slice(1)].join(", ")})`,
    hint: reader.hint ?? "",
  };
}
