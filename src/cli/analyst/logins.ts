// Which services this person has a token for: one file in their configuration folder that they alone can read.
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { utf8 } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { replaceFile } from "../../platform/node/files.ts";
import { privateMode, refuseShared } from "../../platform/node/private.ts";

/** What a request can carry. */
export const tokenForm = /^[\x21-\x7e]{1,1000}$/;

const loginsSchema = z.strictObject({
  version: z.literal(1),
  /** The name that commands use when none is given. */
  current: z.string(),
  services: z.record(
    z.string(),
    z.strictObject({ url: z.string().check(z.regex(/^https?:\/\/\S+$/)), token: z.string().check(z.regex(tokenForm)) }),
  ),
});
export type Logins = z.infer<typeof loginsSchema>;

/** XDG Base Directory Specification 0.8. */
export function loginsPath(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment.XDG_CONFIG_HOME;
  const base = home?.startsWith("/") === true ? home : join(homedir(), ".config");
  return join(base, "paceline", "logins.json");
}

/** @returns undefined when there is no such file @throws PacelineError policy_refused, invalid_data */
export function readLogins(path = loginsPath()): Logins | undefined {
  refuseShared(path, "tokens");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const hint = "Remove it and run paceline login again.";
  try {
    const parsed = z.safeParse(loginsSchema, parseJson(text, path, "invalid_data"));
    if (parsed.success) return parsed.data;
  } catch (cause) {
    if (!isPacelineError(cause)) throw cause;
    return fail("invalid_data", cause.message, { hint, cause });
  }
  return fail("invalid_data", `${path} is no file of logins`, { hint });
}

export function writeLogins(logins: Logins, path = loginsPath()): void {
  mkdirSync(join(path, ".."), { recursive: true, mode: privateMode | 0o100 });
  replaceFile(path, utf8(`${JSON.stringify(logins, null, 2)}\n`));
}
