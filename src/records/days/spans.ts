// Spans of one metric of one source of one member, in columns: a year of minutes is 11 MB here and a hundred as objects.

const CHUNK = 4096;
/** Rows of a series, all chunks: some twenty years of minutes. */
export const ROWS_MAX = 12_000_000;

interface Chunk {
  start: Float64Array;
  /** Milliseconds. */
  length: Uint32Array;
  value: Float64Array;
  /** Minutes east of UTC. */
  offset: Int16Array;
}

function chunkOf(rows: number): Chunk {
  return {
    start: new Float64Array(rows),
    length: new Uint32Array(rows),
    value: new Float64Array(rows),
    offset: new Int16Array(rows),
  };
}

function grown(chunk: Chunk, rows: number): Chunk {
  const next = chunkOf(rows);
  next.start.set(chunk.start);
  next.length.set(chunk.length);
  next.value.set(chunk.value);
  next.offset.set(chunk.offset);
  return next;
}

export interface Span {
  /** Milliseconds since 1970, UTC. */
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly offsetMinutes: number;
}

export class Spans {
  #chunks: Chunk[] = [];
  #rows = 0;
  #sorted = true;

  get rows(): number {
    return this.#rows;
  }

  add(start: number, end: number, value: number, offsetMinutes: number): void {
    const at = this.#rows % CHUNK;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || (at === 0 && chunk.start.length === CHUNK)) {
      chunk = chunkOf(this.#chunks.length === 0 ? 4 : CHUNK);
      this.#chunks.push(chunk);
    } else if (at === chunk.start.length) {
      chunk = grown(chunk, Math.min(CHUNK, at * 4));
      this.#chunks[this.#chunks.length - 1] = chunk;
    }
    chunk.start[at] = start;
    chunk.length[at] = end - start;
    chunk.value[at] = value;
    chunk.offset[at] = offsetMinutes;
    this.#rows++;
    if (this.#sorted && this.#rows > 1) this.#sorted = this.#order(this.#rows - 2, this.#rows - 1) <= 0;
  }

  /** By start, the longer first, then by value: an order that does not depend on the one in which rows came. */
  #order(a: number, b: number): number {
    const [x, y] = [this.#chunks[Math.floor(a / CHUNK)] as Chunk, this.#chunks[Math.floor(b / CHUNK)] as Chunk];
    const [i, j] = [a % CHUNK, b % CHUNK];
    return (
      (x.start[i] as number) - (y.start[j] as number) ||
      (y.length[j] as number) - (x.length[i] as number) ||
      (x.value[i] as number) - (y.value[j] as number) ||
      (x.offset[i] as number) - (y.offset[j] as number)
    );
  }

  /** In order; of rows with one start, end and value the first. @returns how many were left out, through `repeated` */
  *inOrder(repeated: (count: number) => void): Generator<Span, void, void> {
    const order = this.#sorted ? undefined : new Uint32Array(this.#rows).map((_, at) => at);
    order?.sort((a, b) => this.#order(a, b));
    let before: Span | undefined;
    let count = 0;
    for (let n = 0; n < this.#rows; n++) {
      const row = order === undefined ? n : (order[n] as number);
      const chunk = this.#chunks[Math.floor(row / CHUNK)] as Chunk;
      const at = row % CHUNK;
      const start = chunk.start[at] as number;
      const end = start + (chunk.length[at] as number);
      const value = chunk.value[at] as number;
      if (before !== undefined && before.start === start && before.end === end && before.value === value) count++;
      else {
        before = { start, end, value, offsetMinutes: chunk.offset[at] as number };
        yield before;
      }
    }
    if (count > 0) repeated(count);
  }
}
