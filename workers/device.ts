// paceline/worker: reads files and makes reports on a thread of an app's page; pure functions of client/, exposed through comlink.
import { expose } from "comlink";
import { makeReport } from "../src/client/computing.ts";
import type { DeviceWork } from "../src/client/off-thread.ts";
import { pageKernels, pageTraining } from "../src/client/page.ts";
import { blobInput, readFile } from "../src/client/read-file.ts";
import { portableCrypto, webEntropy, webWasm } from "../src/platform/web/index.ts";
import { carryErrors } from "../src/platform/worker-errors.ts";

/** A message each is enough for a bar that moves. */
const PROGRESS_BYTES = 512 * 1024;

const work: DeviceWork = {
  hello: async () => true,
  read(file, path, onBytes) {
    let told = 0;
    const some = (bytes: number) => {
      if (bytes - told < PROGRESS_BYTES && bytes < file.size) return;
      told = bytes;
      onBytes(bytes);
    };
    return readFile(blobInput(file, path, some), {});
  },
  report: (job) =>
    makeReport(
      {
        engine: undefined,
        kernels: pageKernels,
        training: pageTraining,
        platform: { crypto: portableCrypto, entropy: webEntropy, wasm: webWasm },
      },
      job,
    ),
};

carryErrors();
expose(work);
