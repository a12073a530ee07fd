// Starts OpenDP (peers/python.ts): questions are jobs of peer.py, answers the estimates of every repeated release.
import { startPython } from "../python.ts";

export interface CentralPeer {
  /** Run by run, one number a cell. */
  runs(
    question: { readonly job: string; readonly arguments: object },
    options: { readonly epsilon: number; readonly runs: number },
  ): Promise<number[][]>;
  close(): void;
}

/** @returns undefined, and a sentence on stderr, where the peer cannot run here */
export async function startCentral(): Promise<CentralPeer | undefined> {
  const peer = await startPython("opendp");
  if (peer === undefined) return undefined;
  const { child } = peer;
  return {
    async runs({ job, arguments: given }, options) {
      const answer = await child.ask({ op: "run", job, arguments: { ...given, ...options } });
      return (answer as { runs: number[][] }).runs;
    },
    close: () => child.close(),
  };
}
