import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../src/storage/sqlite/index.ts";

let folder = "";
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-lock-"));
});
afterEach(async () => {
  await Promise.all(children.map(killed));
  children = [];
  rmSync(folder, { recursive: true, force: true });
});
const path = () => join(folder, "service.sqlite");

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });

/** Another process that opens the database. @returns it, and what it says */
async function holder(file: string): Promise<[ChildProcess, string]> {
  const script = fileURLToPath(new URL("lock-child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=paceline-source", script, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const said = await new Promise<string>((resolve) =>
    child.stdout?.once("data", (bytes: Buffer) => resolve(bytes.toString().trim())),
  );
  return [child, said];
}

test("a second process is refused while the first lives, and not a moment longer, however it ends", async () => {
  const [first, opened] = await holder(path());
  expect(opened).toBe("open");
  expect((await holder(path()))[1]).toBe("conflict");
  await expect(openDatabase(path())).rejects.toMatchObject({
    code: "conflict",
    message: `another process works on ${path()}`,
  });
  const link = join(folder, "link.sqlite");
  symlinkSync(path(), link);
  await expect(openDatabase(link)).rejects.toMatchObject({ code: "conflict" });
  // Those who only read, a backup, are not kept out.
  const reader = new DatabaseSync(path(), { readOnly: true });
  expect(reader.prepare("select count(*) as n from report").get()).toEqual({ n: 0 });
  reader.close();
  await killed(first);
  const store = await openDatabase(path());
  expect((await holder(path()))[1]).toBe("conflict");
  await store.close();
  expect((await holder(path()))[1]).toBe("open");
});

test("within one process too; a refused one leaves the lock where it is", async () => {
  const store = await openDatabase(path());
  for (let i = 0; i < 3; i++) await expect(openDatabase(path())).rejects.toMatchObject({ code: "conflict" });
  expect((await holder(path()))[1]).toBe("conflict");
  await store.close();
  await (await openDatabase(path())).close();
});

test.skipIf(process.platform === "win32")("its file is its owner's alone and stays empty", async () => {
  const store = await openDatabase(path());
  const { mode, size } = statSync(`${path()}.lock`);
  expect([mode & 0o777, size]).toEqual([0o600, 0]);
  await store.close();
});
