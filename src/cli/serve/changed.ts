// What of a configuration is another than at the last start. A file that people write has no check of its own: one wrong bit may be
// another port or a larger budget. It is said which fields have another value, and nothing of the values, which hold tokens.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { parseChecked, withCheck } from "../../platform/node/checked.ts";
import { fileError, replaceFile } from "../../platform/node/files.ts";
import { nodeEntropy } from "../../platform/node/index.ts";
import type { ServiceLog } from "../../ports/service-log.ts";

const FORMAT = "paceline-settings-1";
const SALT_BYTES = 32;
const TOLD_MAX = 20;

/** A configuration as it was: a digest for each of its values, which say nothing without the salt and little with it. */
export interface Settings {
  readonly format: typeof FORMAT;
  readonly salt: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** @param config as it was read, with what holds where nothing is said */
export function settingsOf(config: object, salt: Uint8Array): Settings {
  const digest = (path: string, value: string) =>
    createHmac("sha256", salt).update(`${path}\n${value}`).digest("base64url");
  const fields = [...leaves(config, [])].map(([path, value]) => [path, digest(path, value)] as const);
  return { format: FORMAT, salt: toBase64Url(salt), fields: Object.fromEntries(fields) };
}

function* leaves(value: unknown, path: readonly string[]): Generator<[string, string]> {
  if (value === undefined) return;
  if (typeof value !== "object" || value === null) yield [path.join("."), `${typeof value} ${String(value)}`];
  else if (value instanceof Uint8Array) yield [path.join("."), `bytes ${toBase64Url(value)}`];
  else {
    // An empty one is a value too.
    if (path.length > 0) yield [`${path.join(".")}.`, Array.isArray(value) ? `list ${value.length}` : "object"];
    for (const [name, one] of Object.entries(value)) yield* leaves(one, [...path, name]);
  }
}

/** The fields that have another value, are new, or are gone. */
export function changedFields(before: Settings, config: object): readonly string[] {
  const now = settingsOf(config, fromBase64Url(before.salt)).fields;
  const names = new Set([...Object.keys(before.fields), ...Object.keys(now)]);
  const changed = [...names].filter((name) => before.fields[name] !== now[name]).map((name) => name.replace(/\.$/, ""));
  return [...new Set(changed)].sort();
}

/** @returns undefined where nothing was written down; "damaged" where it cannot be read */
export function settingsBefore(path: string): Settings | "damaged" | undefined {
  try {
    const read = parseChecked(fromUtf8(new Uint8Array(readFileSync(path)))) as Settings;
    const whole = read.format === FORMAT && fromBase64Url(read.salt).length === SALT_BYTES;
    return whole && typeof read.fields === "object" ? read : "damaged";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "damaged";
  }
}

/** Where they are written down: beside the mark, which each process has of its own. */
export const settingsPath = (mark: string): string => `${mark}.settings`;

/** Tells what has changed, and writes down what holds now. @throws PacelineError storage_full, unavailable */
export function tellChanges(path: string, config: object, log: ServiceLog): void {
  const before = settingsBefore(path);
  if (before === "damaged")
    log(`${path} is damaged: whether the configuration is the one of the last start is not known`, "settings.changed");
  else if (before !== undefined) {
    const changed = changedFields(before, config);
    if (changed.length === 0) return;
    const more = changed.length > TOLD_MAX ? `, and ${changed.length - TOLD_MAX} more` : "";
    const told = `${changed.slice(0, TOLD_MAX).join(", ")}${more}`;
    log(`the configuration is another than at the last start: ${told}`, "settings.changed", { count: changed.length });
  }
  const text = `${JSON.stringify(withCheck(settingsOf(config, nodeEntropy.bytes(SALT_BYTES))))}\n`;
  try {
    replaceFile(path, utf8(text));
  } catch (error) {
    throw fileError(error, "what is known of the last configuration");
  }
}
