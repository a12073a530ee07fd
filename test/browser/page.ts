// What runs in the pages of pages.ts: an app that seals what its parent frame asks for.
import { createReporter, type SignedTask } from "paceline/report";
import { kernels } from "paceline/report/kernels";

export interface Asked {
  readonly task: SignedTask;
  readonly keys: { readonly registerKey: string; readonly helperKey: string };
  readonly measurement: number | readonly number[];
}

export interface Answered {
  readonly report: Uint8Array;
  readonly engine: "kernels" | "plain";
  /** Names of Node's that the page has. */
  readonly polyfills: readonly string[];
}

addEventListener("message", async ({ data, origin }: MessageEvent<Asked>) => {
  const engine = kernels();
  const reporter = await createReporter(data.task, { ...data.keys, engine });
  const { bytes } = await reporter.seal(data.measurement);
  const answer: Answered = {
    report: bytes,
    engine: engine === undefined ? "plain" : "kernels",
    polyfills: ["Buffer", "process", "global"].filter((name) => name in globalThis),
  };
  parent.postMessage(answer, origin);
});
parent.postMessage("ready", "*");
