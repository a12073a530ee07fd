// What a test does to the key files of a running pair.
import { readFileSync, writeFileSync } from "node:fs";
import { rotateCommand } from "../../src/cli/rotate.ts";
import { withCheck } from "../../src/platform/node/checked.ts";
import { spoken } from "../cli/backup/helper.ts";
import type { Pair, Role } from "./processes.ts";

/** A running service looks at its key file once a second. */
export const seen = () => new Promise((resolve) => setTimeout(resolve, 1100));
export const rotateReceiving = (pair: Pair, role: Role) =>
  spoken(() => rotateCommand(role, { config: pair.configFile(role), receivingKey: true, json: true }));

export interface Written {
  readonly check?: string;
  readonly hpke: { readonly secret: string };
  before?: { readonly secret: string; replaced: number }[];
}
export const written = (pair: Pair, role: Role) => JSON.parse(readFileSync(pair.keyFile(role), "utf8")) as Written;

/** As if it had been replaced two hours ago. */
export function age(pair: Pair, role: Role): void {
  const { check: _, ...file } = written(pair, role);
  for (const old of file.before ?? []) old.replaced -= 2 * 3_600_000;
  writeFileSync(pair.keyFile(role), JSON.stringify(withCheck(file)));
}
