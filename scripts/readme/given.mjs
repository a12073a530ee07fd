// What the TypeScript of README.md takes for granted, as an app has it: addresses and keys that ship with it, a store, the
// member's days. Against the services that scripts/readme.mjs keeps up.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { openDeviceStore } from "paceline/platform/node";

const pinned = JSON.parse(readFileSync(process.env.PINNED ?? "", "utf8"));
const today = Math.floor(Date.now() / 86_400_000);
const { tasks } = await (await fetch(`${pinned.coordinator.url}/v1/tasks`)).json();

Object.assign(globalThis, {
  pinned,
  store: openDeviceStore(`store-${randomBytes(4).toString("hex")}`),
  memberSecret: randomBytes(32),
  myMemberDays: () => Array.from({ length: 28 }, (_, i) => ({ day: today - i, values: { rhr: 58 + (i % 3) } })),
  envelope: tasks[0],
  registerKey: pinned.coordinator.registerKey,
  helperKey: pinned.helper.signingKey,
});
