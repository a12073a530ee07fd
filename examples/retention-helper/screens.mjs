// What members see on their own phones once the app has shipped the model's file. There is no network here at all: a phone needs none.
// Run: npx node examples/retention-helper/screens.mjs PINNED.json MODEL.json [MEMBERS]
import { readFileSync } from "node:fs";
import { createClient } from "paceline/client";
import { nodeClock, nodeCrypto, nodeEntropy } from "paceline/platform/node";
import { memoryDeviceStore } from "paceline/platform/web";
import { screenOf } from "./habit.mjs";
import { people, today } from "./people.mjs";

const [pinnedFile = "pinned.json", modelFile = "model.json", members = "500"] = process.argv.slice(2);
const pinned = JSON.parse(readFileSync(pinnedFile, "utf8"));
const model = readFileSync(modelFile, "utf8");
const SHOWN = 3;

const transport = {
  send() {
    throw new Error("a score is nobody else's: nothing is sent");
  },
};

const screens = [];
for (const { days } of people(Number(members))) {
  const client = createClient({
    ...pinned,
    store: memoryDeviceStore(),
    days: () => days,
    platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport },
  });
  const screen = screenOf(days, today, await client.foresee(model, today));
  if (screen.length > 0) screens.push(screen);
}
// An app shows one member their own. Here are some, and how many there were: nobody outside of this example can count them.
for (const screen of screens.slice(0, SHOWN)) console.log(`${screen.join("\n")}\n`);
console.log(`${screens.length} of ${members} phones show something; the others show nothing`);
