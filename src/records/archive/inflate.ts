// DEFLATE streams, as zip entries and gzip files hold them, expanded piece by piece and held to a bound: a few kilobytes that
// become gigabytes are refused, not unpacked.
import { Gunzip, Inflate } from "fflate";
import { fail } from "../../base/errors.ts";
import type { Input } from "../reader.ts";
import { newCrc } from "./crc.ts";

/** Compressed bytes taken at once: DEFLATE makes of them a thousand times as many at most. */
const STEP_BYTES = 8192;
/** Below this nothing is a bomb. */
const FREE_BYTES = 64 * 2 ** 20;
/** Bytes that one compressed byte may become: records of sensors reach 60, zeros 1,030. */
const RATIO_MAX = 200;

/** What is wrong with a stream; what came before it was handed on. */
export type Damage = "truncated" | "checksum";
export type Damaged = (damage: Damage, path: string) => void;

/** Refuses what grows beyond measure. */
class Growth {
  readonly #path: string;
  #in = 0;
  #out = 0;

  constructor(path: string) {
    this.#path = path;
  }

  step(taken: number, given: number): void {
    this.#in += taken;
    this.#out += given;
    if (this.#out > FREE_BYTES && this.#out > this.#in * RATIO_MAX)
      fail("invalid_data", `${this.#path} becomes more than ${RATIO_MAX} times as long when it is unpacked`, {
        hint: "It looks like an archive made to fill a disk. If it is not, unpack it first and import the folder.",
      });
  }
}

/** What comes out, up to where the stream ends or is damaged. */
async function* expanded(
  stream: Inflate | Gunzip,
  compressed: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void, void> {
  const growth = new Growth(path);
  let out: Uint8Array[] = [];
  stream.ondata = (data) => {
    if (data.length > 0) out.push(data);
  };
  for await (const piece of compressed)
    for (let at = 0; at < piece.length; at += STEP_BYTES) {
      const step = piece.subarray(at, at + STEP_BYTES);
      let good = true;
      try {
        stream.push(step);
      } catch {
        good = false;
      }
      const pieces = out;
      out = [];
      growth.step(
        step.length,
        pieces.reduce((sum, each) => sum + each.length, 0),
      );
      yield* pieces;
      if (!good) return;
    }
}

/** @param expected what its directory says of the file: its length, and its checksum */
export async function* inflated(
  compressed: AsyncIterable<Uint8Array>,
  path: string,
  expected: { readonly size: number; readonly crc: number },
  damaged: Damaged,
): AsyncGenerator<Uint8Array, void, void> {
  const crc = newCrc();
  let length = 0;
  for await (const piece of expanded(new Inflate(), compressed, path)) {
    crc.add(piece);
    length += piece.length;
    yield piece;
  }
  if (length < expected.size) damaged("truncated", path);
  else if (crc.value() !== expected.crc) damaged("checksum", path);
}

/** A gzip file (RFC 1952), of one member or several, as the file in it. */
export function gunzipped(input: Input, damaged: Damaged): Input {
  return {
    path: input.path,
    size: undefined,
    async *open() {
      const gunzip = new Gunzip();
      yield* expanded(gunzip, input.open(), input.path);
      if (!isBetweenMembers(gunzip)) damaged("truncated", input.path);
    },
  };
}

/** Whether a member was whole; what follows it may be padding. fflate then looks for a header beyond the member's eight bytes. */
function isBetweenMembers(gunzip: Gunzip): boolean {
  return (gunzip as unknown as { v: number }).v > 8;
}
