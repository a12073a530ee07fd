// Whether the log beside a database (its -wal file) still holds every commit that was acknowledged. SQLite takes the first frame whose
// checksum is wrong for the end of the log, as after a power cut, and forgets in silence what was committed behind it: one wrong bit
// would lose a thousand reports. Formats: sqlite.org/fileformat2.html section 4, sqlite.org/walformat.html section 2.
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { fail } from "../../base/errors.ts";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Its lowest bit says in which order the bytes of a checksum's words are. */
const MAGIC = 0x377f0682;
const SHM_BYTES = 136;
/** Read at once: a log may be larger than what this process may hold. */
const BLOCK_BYTES = 2 ** 22;

interface Frames {
  /** Up to where all checksums are right and the last one is a commit's. */
  readonly committed: number;
  /**
   * Whether a commit behind that was followed by more: nobody writes on before a commit is on the disk. Followed is it by a frame whose
   * checksum goes on from its own; one that does not is left of a transaction that was never committed, by a process that was killed.
   */
  readonly lost: boolean;
}

/**
 * Before SQLite opens the file. @param path of a database that nobody has open
 * @throws PacelineError invalid_data when commits are lost
 */
export function checkLog(path: string): void {
  const file = existsSync(`${path}-wal`) ? openSync(`${path}-wal`, "r") : undefined;
  try {
    const header = file === undefined ? Buffer.alloc(0) : read(file, Buffer.alloc(HEADER_BYTES), 0);
    const { committed, lost } = framesOf(header, (size) => (file === undefined ? [] : framesIn(file, size)));
    const index = indexOf(path, header);
    if (index === undefined ? !lost : holds(index, committed, lost)) return;
  } finally {
    if (file !== undefined) closeSync(file);
  }
  fail("invalid_data", `the log ${path}-wal is damaged or cut off: commits that were acknowledged are missing in it`, {
    hint: `Restore the newest backup. Who has none and goes on without them moves ${path}-wal and ${path}-shm aside: the ledger then says what it misses.`,
  });
}

/** As much of `into` as the file has from `at` on. */
function read(file: number, into: Buffer, at: number): Buffer {
  let filled = 0;
  for (let more = 1; more > 0 && filled < into.length; filled += more)
    more = readSync(file, into, filled, into.length - filled, at + filled);
  return into.subarray(0, filled);
}

/** Whole frames in order, each until the next is asked for. */
function* framesIn(file: number, size: number): Generator<Buffer> {
  const block = Buffer.alloc(Math.ceil(BLOCK_BYTES / size) * size);
  for (let at = HEADER_BYTES; ; at += block.length) {
    const some = read(file, block, at);
    for (let from = 0; from + size <= some.length; from += size) yield some.subarray(from, from + size);
    if (some.length < block.length) return;
  }
}

function framesOf(header: Buffer, framesOfSize: (bytes: number) => Iterable<Buffer>): Frames {
  const pageBytes = header.length < HEADER_BYTES ? 0 : header.readUInt32BE(8);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) {
    // A header that is half new is one of a log whose every page is in the database already.
    return { committed: 0, lost: false };
  }
  const salts = header.subarray(16, 24);
  const little = isLittle(header);
  let [seen, committed, lost] = [0, 0, false];
  /** What the checksum of the next frame may go on from: right ones only, then also what is said of a frame that is wrong. */
  let from = [headerSum(header)].filter((sum) => sum !== undefined);
  let [open, commitBefore] = [from.length > 0, false];
  for (const frame of framesOfSize(FRAME_HEADER_BYTES + pageBytes)) {
    seen++;
    const ours = salts.equals(frame.subarray(8, 16));
    const commits = frame.readUInt32BE(4) !== 0;
    const said: Sum = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
    const sums = from.map((sum) => frameSum(frame, sum, little));
    const follows = ours && sums.some((sum) => same(sum, said));
    if (open && follows) {
      if (commits) committed = seen;
      from = [said];
      continue;
    }
    lost ||= follows && commitBefore;
    // The first that is wrong may be so in what it says its sum is.
    from = open ? [said, ...sums] : [said];
    open = false;
    commitBefore = commits;
  }
  return { committed, lost };
}

type Sum = readonly [number, number];

const isLittle = (header: Buffer) => (header.readUInt32BE(0) & 1) === 0;

/** What the frames' checksums go on from; undefined when the header's own is wrong, or there is none. */
function headerSum(header: Buffer): Sum | undefined {
  if (header.length < HEADER_BYTES || (header.readUInt32BE(0) ^ MAGIC) >>> 1 !== 0) return undefined;
  const sum = checksum(header, 0, 24, [0, 0], isLittle(header));
  return same(sum, [header.readUInt32BE(24), header.readUInt32BE(28)]) ? sum : undefined;
}

const same = (a: Sum, b: Sum) => a[0] === b[0] && a[1] === b[1];

function frameSum(frame: Buffer, from: Sum, little: boolean): Sum {
  return checksum(frame, FRAME_HEADER_BYTES, frame.length, checksum(frame, 0, 8, from, little), little);
}

function checksum(bytes: Buffer, from: number, to: number, [start0, start1]: Sum, little: boolean): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [s0, s1] = [start0, start1];
  for (let at = from; at < to; at += 8) {
    s0 = (s0 + view.getUint32(at, little) + s1) >>> 0;
    s1 = (s1 + view.getUint32(at + 4, little) + s0) >>> 0;
  }
  return [s0, s1];
}

interface Index {
  /** How many frames are committed. */
  readonly frames: number;
  /** Up to which frame all is in the database. */
  readonly inDatabase: number;
}

function holds({ frames, inDatabase }: Index, committed: number, lost: boolean): boolean {
  // Nothing of the log is asked for any more; but a part of it would put pages back to what they were.
  if (inDatabase >= frames && committed === 0) return true;
  // Where the index, too, ends where the checksums do, the rest is half a commit over what was never one.
  return committed === frames || (committed > frames && !lost);
}

/**
 * What the index beside the log (its -shm file) knows. It outlives a process that was killed, and is written when a commit is on the disk,
 * never before; undefined where there is none, or one of another log.
 */
function indexOf(path: string, header: Buffer): Index | undefined {
  if (!existsSync(`${path}-shm`)) return undefined;
  const index = readFileSync(`${path}-shm`);
  // Two copies of 48 bytes, in this machine's order, as different as a process was killed between them.
  if (index.length < SHM_BYTES || index[12] !== 1 || !index.subarray(0, 48).equals(index.subarray(48, 96)))
    return undefined;
  // One that was left by a power cut may be of a log of before. A header that is half new is judged by the index.
  if (headerSum(header) !== undefined && !index.subarray(32, 40).equals(header.subarray(16, 24))) return undefined;
  const word = (at: number) => new DataView(index.buffer, index.byteOffset).getUint32(at, nativeLittle);
  return { frames: word(16), inDatabase: word(96) };
}

const nativeLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
