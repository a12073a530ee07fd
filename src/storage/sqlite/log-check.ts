// Whether the log beside a database (its -wal file) still holds every commit that was acknowledged. SQLite takes the first frame whose
// checksum is wrong for the end of the log, as after a power cut, and forgets in silence what was committed behind it: one wrong bit
// would lose a thousand reports. Formats: sqlite.org/fileformat2.html section 4, sqlite.org/walformat.html section 2.
import { existsSync, readFileSync } from "node:fs";
import { fail } from "../../base/errors.ts";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Its lowest bit says in which order the bytes of a checksum's words are. */
const MAGIC = 0x377f0682;
const SHM_BYTES = 136;

interface Frames {
  /** Up to where all checksums are right and the last one is a commit's. */
  readonly committed: number;
  /** Whether a commit behind that was followed by more: nobody writes on before a commit is on the disk. */
  readonly lost: boolean;
}

/**
 * Before SQLite opens the file. @param path of a database that nobody has open
 * @throws PacelineError invalid_data when commits are lost
 */
export function checkLog(path: string): void {
  const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
  const { committed, lost } = framesOf(log);
  if (!lost && indexed(path, log) <= committed) return;
  fail("invalid_data", `the log ${path}-wal is damaged or cut off: commits that were acknowledged are missing in it`, {
    hint: `Restore the newest backup. Who has none and goes on without them moves ${path}-wal and ${path}-shm aside: the ledger then says what it misses.`,
  });
}

function framesOf(log: Buffer): Frames {
  const pageBytes = log.length < HEADER_BYTES ? 0 : log.readUInt32BE(8);
  if (pageBytes === 0 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) {
    // A header that is half new is one of a log whose every page is in the database already.
    return { committed: 0, lost: false };
  }
  const size = FRAME_HEADER_BYTES + pageBytes;
  const salts = log.subarray(16, 24);
  const little = (log.readUInt32BE(0) & 1) === 0;
  let sum = headerSum(log, little);
  let [committed, open, lost] = [0, sum !== undefined, false];
  let commitBehind = false;
  for (let i = 0, at = HEADER_BYTES; at + size <= log.length; i++, at += size) {
    if (!salts.equals(log.subarray(at + 8, at + 16))) {
      open = false;
      continue;
    }
    const commits = log.readUInt32BE(at + 4) !== 0;
    if (open && sum !== undefined) {
      sum = checksum(log, at, at + 8, sum, little);
      sum = checksum(log, at + FRAME_HEADER_BYTES, at + size, sum, little);
      open = sum[0] === log.readUInt32BE(at + 16) && sum[1] === log.readUInt32BE(at + 20);
      if (open) {
        if (commits) committed = i + 1;
        continue;
      }
    }
    lost ||= commitBehind;
    commitBehind ||= commits;
  }
  return { committed, lost };
}

type Sum = readonly [number, number];

/** What the frames' checksums go on from; undefined when the header's own is wrong. */
function headerSum(log: Buffer, little: boolean): Sum | undefined {
  const sum = checksum(log, 0, 24, [0, 0], little);
  const right = sum[0] === log.readUInt32BE(24) && sum[1] === log.readUInt32BE(28);
  return right && (log.readUInt32BE(0) ^ MAGIC) >>> 1 === 0 ? sum : undefined;
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

/**
 * How many frames the index beside the log (its -shm file) knows as committed and not yet in the database. It outlives a process that was
 * killed, and is written when a commit is on the disk, never before; 0 where there is none, or one of another log.
 */
function indexed(path: string, log: Buffer): number {
  if (!existsSync(`${path}-shm`)) return 0;
  const index = readFileSync(`${path}-shm`);
  // Two copies of 48 bytes, in this machine's order, as different as a process was killed between them.
  if (index.length < SHM_BYTES || !index.subarray(0, 48).equals(index.subarray(48, 96))) return 0;
  const word = (at: number) => new DataView(index.buffer, index.byteOffset).getUint32(at, nativeLittle);
  const [frames, inDatabase] = [word(16), word(96)];
  if (index[12] !== 1 || inDatabase >= frames) return 0;
  // One that was left by a power cut may be of a log of before.
  const whole = log.length >= HEADER_BYTES && headerSum(log, (log.readUInt32BE(0) & 1) === 0) !== undefined;
  return whole && !index.subarray(32, 40).equals(log.subarray(16, 24)) ? 0 : frames;
}

const nativeLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
