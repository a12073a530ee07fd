import type { Input, ReadOptions, Sink } from "../reader.ts";
import { Teller } from "../scan/teller.ts";
import { XmlTags } from "../scan/xml.ts";
import { Tracks } from "./tracks.ts";

export async function readTracks(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const tracks = new Tracks(new Teller(input, sink, options));
  const tags = new XmlTags(tracks);
  for await (const piece of input.open()) {
    options.signal?.throwIfAborted();
    tags.push(piece);
  }
  tags.end();
  tracks.end(tags.damaged);
}
