// Copies of the services' files, taken and put back as an operator would, and what a service says of itself then.
import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Pair, Role } from "../support/processes.ts";
import { ask, collect, newDevices, syncAll } from "./members.ts";

export const parts = ["", "-wal", "-shm"] as const;
export const mark = (pair: Pair, role: Role) => `${pair.database(role)}.mark`;

function copy(from: string, to: string): void {
  rmSync(to, { force: true });
  if (existsSync(from)) copyFileSync(from, to);
}

/** Of a service that is stopped. */
export function backUp(pair: Pair, role: Role): void {
  for (const part of parts) copy(pair.database(role) + part, `${pair.database(role)}.backup${part}`);
  copy(mark(pair, role), `${mark(pair, role)}.backup`);
}

export function restore(pair: Pair, role: Role, { withMark = false } = {}): void {
  for (const part of parts) copy(`${pair.database(role)}.backup${part}`, pair.database(role) + part);
  if (withMark) copy(`${mark(pair, role)}.backup`, mark(pair, role));
}

/** What a role says of itself: nothing wrong, or the last reason in its log. */
export async function trouble(pair: Pair, role: Role): Promise<string | undefined> {
  const { status, body } = await pair.transport.send({ method: "GET", url: `${pair[role].url}/health` });
  if (status === 200) return undefined;
  expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({
    ok: false,
    problems: [{ part: "ledger", code: "ledger_behind" }],
  });
  return readFileSync(join(pair.folder, `${role}.log`), "utf8")
    .trimEnd()
    .split("\n")
    .at(-1);
}

/** Every report is verified by both sides and the batch is closed; then the leader dies, and the role's files are copied. */
export async function nearlyCollected(pair: Pair, role: Role): Promise<string> {
  await pair.start("coordinator", { kill: { point: "coordinator:closed", passing: 1 } });
  await pair.start("helper");
  const { task } = await ask(pair);
  await syncAll((await newDevices(pair)).clients);
  await expect(collect(pair, task)).rejects.toMatchObject({ code: "unavailable" });
  await pair.ended("coordinator");
  if (role === "helper") await pair.stop("helper");
  backUp(pair, role);
  if (role === "helper") await pair.start("helper");
  await pair.start("coordinator");
  return task;
}
