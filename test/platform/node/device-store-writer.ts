// Writes one number under two keys, again and again, and tells of each that is durable. The test kills it.
import { fromUtf8, utf8 } from "../../../src/base/bytes.ts";
import { openDeviceStore } from "../../../src/platform/node/device-store.ts";

const store = openDeviceStore(process.argv[2] as string);
process.on("disconnect", () => process.exit());
let count = Number(fromUtf8((await store.get("a")) ?? utf8("0")));
for (;;) {
  const value = utf8(String(++count));
  await store.transaction({
    put: [
      ["a", value],
      ["b", value],
    ],
    delete: [],
  });
  process.send?.(count);
  // let the channel breathe
  await new Promise((resolve) => setImmediate(resolve));
}
