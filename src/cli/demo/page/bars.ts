// Bars: a share of a whole (budget, accuracy), and contributions to the left and right of a middle (reasons).
import { type Html, html } from "./escape.ts";
import { type Drawing, drawing, shortened } from "./parts.ts";
import { percentage } from "./scale.ts";

export interface Bar {
  readonly label: string;
  /** Between 0 and 1, or −1 and 1 in `divergingBars`; beyond is drawn as the end. */
  readonly share: number;
  /** The number in words, on the right. */
  readonly reading: string;
  readonly tone?: "soft";
}

type Named = Omit<Drawing, "height" | "shapes"> & { readonly bars: readonly Bar[] };

const ROW = 42;
const THICKNESS = 10;
const ENDS = 24;
/** Characters of a label that fit beside the reading: at 360 pixels, and on a wide page. */
const LABEL = { narrow: 34, wide: 80 };

export function shareBars({ bars, ...named }: Named): Html {
  const shapes = bars.map((bar, at) => {
    const top = at * ROW;
    const width = percentage(100 * Math.max(0, clipped(bar.share)));
    return html`<g>${words(bar, top)}<rect class="track" x="0" y="${top + 22}" width="100%" height="${THICKNESS}" rx="2"/>
<rect class="fill ${bar.tone ?? "strong"}" x="0" y="${top + 22}" width="${width}" height="${THICKNESS}" rx="2"/></g>
`;
  });
  return drawing({ ...named, height: bars.length * ROW, shapes });
}

/** @param ends what the left and the right side mean */
export function divergingBars({ bars, ends, ...named }: Named & { readonly ends: readonly [string, string] }): Html {
  const height = bars.length * ROW + ENDS;
  const shapes = bars.map((bar, at) => {
    const top = at * ROW;
    const half = 50 * Math.abs(clipped(bar.share));
    const left = bar.share < 0 ? 50 - half : 50;
    return html`<g>${words(bar, top)}<rect class="track" x="0" y="${top + 22}" width="100%" height="${THICKNESS}" rx="2"/>
<rect class="fill ${bar.share < 0 ? "lower" : "raise"}" x="${percentage(left)}" y="${top + 22}" width="${percentage(half)}" height="${THICKNESS}"/><line class="middle" x1="50%" x2="50%" y1="${top + 20}" y2="${top + 34}"/></g>
`;
  });
  const sides = html`<text class="tick start" x="0" y="${height - 6}">${ends[0]}</text><text class="tick end" x="100%" y="${height - 6}">${ends[1]}</text>
`;
  return drawing({ ...named, height, shapes: [...shapes, sides] });
}

function words({ label, reading }: Bar, top: number): Html {
  const [narrow, wide] = [shortened(label, LABEL.narrow), shortened(label, LABEL.wide)];
  const text = (shown: string, when: string) => html`<text class="label ${when}" x="0" y="${top + 15}">${shown}</text>`;
  return html`${narrow === wide ? text(wide, "always") : html`${text(narrow, "narrow")}${text(wide, "wide")}`}
<text class="reading" x="100%" y="${top + 15}">${reading}</text>
`;
}

function clipped(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(-1, share)) : 0;
}
