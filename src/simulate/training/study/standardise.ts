// Rows of a table as a model reads them: standardised with constants that a manifest would state, here taken from the rows that are
// trained on; and, where it is asked for, a second time less the person's own mean, which a device knows of its own rows without labels.
import type { StudiedPerson } from "./people.ts";

/** Standardised values stay within ±CLIP, as on devices. */
const CLIP = 4;

interface Scale {
  readonly centre: Float64Array;
  readonly spread: Float64Array;
}

/** `prepare` of StudiedPeople for a table with so many columns; twice as many come out with `personal`. */
export function standardiser(columns: number, personal: boolean) {
  return (people: readonly StudiedPerson[], training: readonly ArrayLike<number>[]): readonly Float64Array[][] => {
    const scale = scaleOf(training, columns);
    return people.map(({ rows }) => {
      const standard = rows.map((row) => standardised(row, scale));
      return personal ? withOwn(standard, columns) : standard;
    });
  };
}

function scaleOf(rows: readonly ArrayLike<number>[], columns: number): Scale {
  const [centre, spread] = [new Float64Array(columns), new Float64Array(columns)];
  for (let d = 0; d < columns; d++) {
    const known = rows.map((row) => row[d] as number).filter((x) => !Number.isNaN(x));
    const mean = known.reduce((sum, x) => sum + x, 0) / Math.max(1, known.length);
    centre[d] = mean;
    spread[d] = Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, known.length)) || 1;
  }
  return { centre, spread };
}

/** A value that is missing is the centre, 0. */
function standardised(row: ArrayLike<number>, { centre, spread }: Scale): Float64Array {
  return centre.map((mean, d) => {
    const x = ((row[d] as number) - mean) / (spread[d] as number);
    return Number.isNaN(x) ? 0 : Math.min(CLIP, Math.max(-CLIP, x));
  });
}

function withOwn(rows: readonly Float64Array[], columns: number): Float64Array[] {
  const own = new Float64Array(columns);
  for (const row of rows)
    for (let d = 0; d < columns; d++) own[d] = (own[d] as number) + (row[d] as number) / rows.length;
  return rows.map((row) => {
    const out = new Float64Array(2 * columns);
    out.set(row);
    for (let d = 0; d < columns; d++) out[columns + d] = (row[d] as number) - (own[d] as number);
    return out;
  });
}
