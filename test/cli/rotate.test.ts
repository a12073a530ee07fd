import { mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rotateCommand } from "../../src/cli/rotate.ts";
import { newHelper, opened, spoken } from "./backup/helper.ts";

test("a new key seals; the old one is dropped when it may be, and what it sealed is read by the new one", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-rotate-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const helper = await newHelper(folder, undefined, "keys", "mark");
  const rotate = (dropOld = false) =>
    spoken(() => rotateCommand("helper", { config: helper.config, json: true, ...(dropOld && { dropOld }) }));
  await expect(rotate()).rejects.toMatchObject({ code: "not_found" });
  const task = new Uint8Array(32).fill(1);
  const batch = { task, count: 1, checksum: task, noisedShare: new Uint8Array(50).fill(7) };
  const { store } = await opened(helper);
  await store.transaction(async (rows) => {
    await rows.addTask({ id: task, manifest: task, verifyKey: task, closes: 1 });
    await rows.addBatch(batch);
  });
  const before = readFileSync(helper.sealing, "utf8");
  expect(await rotate()).toEqual({ file: helper.sealing, keys: 2 });
  // A service that runs may have sealed by the old one a moment ago.
  await expect(rotate(true)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("seconds old"),
  });
  utimesSync(helper.sealing, new Date(), new Date(Date.now() - 600_000));
  await expect(rotate(true)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("another process"),
  });
  await store.close();
  expect(await rotate(true)).toEqual({ file: helper.sealing, resealed: 1, dropped: 1 });
  const [old] = JSON.parse(before).keys as string[];
  expect(readFileSync(helper.sealing, "utf8")).not.toContain(old);
  const again = await opened(helper);
  expect(await again.store.read((rows) => rows.batch(task))).toEqual(batch);
  await again.store.close();
});
