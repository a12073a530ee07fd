// A plain aggregator behind one object: its tasks, what it does for each, and the work that goes on in the background.

import type { UploadQuota } from "../aggregate/quota.ts";
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { DapError } from "../protocol/dap/http.ts";
import { readCollection, removeCollection, takeCollection, work } from "./collection.ts";
import { unpark } from "./failures.ts";
import { answerWaiting, takeJob } from "./helper.ts";
import type { PlainParts } from "./parts.ts";
import { sweep } from "./retention.ts";
import { CreatedRow, keys } from "./rows.ts";
import { giveShare, readShare } from "./share.ts";
import { type OpenTask, openPlainTask, type PlainTask } from "./task.ts";
import { newPlainUploads } from "./upload.ts";

export interface PlainService {
  readonly parts: PlainParts;
  /** Adds a task, or finds it as it is. @throws PacelineError invalid_argument, conflict when it was another before */
  add(task: PlainTask): Promise<void>;
  /**
   * Once all tasks are added: puts back what an older copy of the store has forgotten, and lets jobs be tried again.
   * @returns batches that were forgotten, and jobs that were parked @throws PacelineError as Collected.recall
   */
  open(): Promise<{ readonly recalled: number; readonly unparked: number }>;
  /** @param name base64url of its id */
  find(name: string): OpenTask | undefined;
  tasks(): readonly OpenTask[];
  upload(task: Uint8Array, body: Uint8Array): Promise<Uint8Array>;
  takeJob(task: OpenTask, id: Uint8Array, body: Uint8Array): Promise<Uint8Array | undefined>;
  /** @throws DapError unrecognizedAggregationJob */
  readJob(task: Uint8Array, id: Uint8Array): Promise<Uint8Array | undefined>;
  /** Forgets the answer; its reports stay counted. */
  removeJob(task: Uint8Array, id: Uint8Array): Promise<void>;
  giveShare(task: OpenTask, id: Uint8Array, body: Uint8Array): Promise<Uint8Array>;
  /** @throws PacelineError not_found */
  readShare(task: Uint8Array, id: Uint8Array): Promise<Uint8Array>;
  /** Forgets the sealed share; its batch stays collected. */
  removeShare(task: Uint8Array, id: Uint8Array): Promise<void>;
  takeCollection(task: OpenTask, body: Uint8Array, id?: Uint8Array): Promise<Uint8Array>;
  readCollection(task: Uint8Array, id: Uint8Array): Promise<Uint8Array | undefined>;
  removeCollection(task: Uint8Array, id: Uint8Array): Promise<void>;
  /** Deletes what is older than is kept. @returns how many reports nobody had collected */
  sweep(): Promise<number>;
  /** Goes on with what every task has to do. @throws PacelineError what the first that failed said, when all were tried */
  work(): Promise<void>;
}

export function newPlainService(parts: PlainParts, quota?: UploadQuota): PlainService {
  const { store, crypto } = parts;
  const tasks = new Map<string, OpenTask>();
  const uploads = newPlainUploads(parts, quota);
  const taskOf = (id: Uint8Array) => tasks.get(toBase64Url(id)) ?? fail("unknown_task", "there is no such task here");
  let last: Promise<unknown> = Promise.resolve();

  async function workAll(): Promise<void> {
    let failed: unknown;
    for (const task of tasks.values())
      try {
        await (task.role === "leader" ? work(parts, task) : answerWaiting(parts, task));
      } catch (error) {
        failed ??= error;
      }
    if (failed !== undefined) throw failed;
  }

  return {
    parts,
    async open() {
      const all = [...tasks.values()];
      const recalled = await parts.collected.recall(all);
      let unparked = 0;
      for (const task of all) unparked += await unpark(parts, task);
      return { recalled, unparked };
    },
    find: (name) => tasks.get(name),
    tasks: () => [...tasks.values()],
    async add(task) {
      const open = openPlainTask(task);
      const { role, wire, encoded, name } = open;
      const is = await crypto.sha256(utf8(`${role} ${wire.name} ${toBase64Url(encoded)}`));
      const was = await store.transaction(async (rows) => {
        const before = await rows.get(keys.task(name));
        if (before === undefined) await rows.put(keys.task(name), is);
        return before ?? is;
      });
      if (toBase64Url(was) !== toBase64Url(is))
        fail("conflict", `the task ${name} was another here before: its role, version or configuration differs`, {
          hint: "Reports were sealed for what it was. Give the changed task an id of its own.",
        });
      tasks.set(name, open);
    },
    upload: (id, body) => uploads.accept(taskOf(id), body),
    takeJob: (task, id, body) => takeJob(parts, task, id, body),
    async readJob(id, job) {
      const bytes = await store.read((rows) => rows.get(keys.helperJob(taskOf(id).name, job)));
      if (bytes === undefined) throw new DapError("unrecognizedAggregationJob", "there is no such job, or no more");
      const { response } = CreatedRow.decode(bytes);
      return response.length === 0 ? undefined : response;
    },
    async removeJob(id, job) {
      const { name } = taskOf(id);
      await store.transaction(async (rows) => {
        await rows.delete(keys.helperJob(name, job));
        await rows.delete(keys.waitingJob(name, job));
      });
    },
    giveShare: (task, id, body) => giveShare(parts, task, id, body),
    readShare: (id, share) => readShare(parts, taskOf(id), share),
    async removeShare(id, share) {
      await store.transaction((rows) => rows.delete(keys.share(taskOf(id).name, share)));
    },
    takeCollection: (task, body, id) => takeCollection(parts, task, body, id),
    readCollection: (id, job) => readCollection(parts, taskOf(id), job),
    removeCollection: (id, job) => removeCollection(parts, taskOf(id), job),
    async sweep() {
      let dropped = 0;
      for (const task of tasks.values()) dropped += await sweep(parts, task);
      if (dropped > 0) await store.scrub();
      return dropped;
    },
    work() {
      const run = last.then(workAll);
      last = run.catch(() => undefined);
      return run;
    },
  };
}
