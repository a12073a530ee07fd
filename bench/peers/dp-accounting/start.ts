// Starts the Python peer (peers/python.ts): questions are jobs of peer.py with a number of repetitions.
import { startPython } from "../python.ts";

export interface Peer {
  readonly name: string;
  run(question: { job: string; arguments: object }, iterations: number): Promise<{ seconds: number; result: number }>;
  close(): void;
}

/** @returns undefined, and a sentence on stderr, where the peer cannot run here */
export async function startPeer(): Promise<Peer | undefined> {
  const peer = await startPython("dp-accounting");
  if (peer === undefined) return undefined;
  const { name, child } = peer;
  return {
    name,
    run: async (question, iterations) =>
      (await child.ask({ op: "run", ...question, iterations })) as { seconds: number; result: number },
    close: () => child.close(),
  };
}
