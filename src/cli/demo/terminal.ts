// How the demo talks: lines, a live bar, two-tone intervals. With --json everything goes to standard error.
import { styleText } from "node:util";
import type { DemoCell } from "./document.ts";

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  line(text?: string): void;
  heading(text: string): void;
  /** A bar that moves in place on a terminal, and speaks up at quarters elsewhere. */
  bar(label: string, total: number): (done: number) => void;
  style(style: Style, text: string): string;
}

const BAR_CELLS = 32;
const REDRAW_MS = 80;

export function newTerminal(json: boolean): Terminal {
  const out = json ? process.stderr : process.stdout;
  const live = out.isTTY === true && process.env.CI === undefined;
  const style = (kind: Style, text: string) => styleText(kind, text, { stream: out });
  return {
    style,
    line: (text = "") => void out.write(`${text}\n`),
    heading: (text) => void out.write(`\n${style("bold", text)}\n`),
    bar(label, total) {
      let drawn = 0;
      let quarter = 0;
      return (done) => {
        const share = total === 0 ? 1 : done / total;
        if (!live) {
          while (quarter < Math.floor(share * 4))
            out.write(`  ${label}: ${Math.round((total * ++quarter) / 4)} of ${total}\n`);
          return;
        }
        const now = performance.now();
        if (done < total && now - drawn < REDRAW_MS) return;
        drawn = now;
        const full = Math.round(share * BAR_CELLS);
        out.write(`\r  ${label} ${"█".repeat(full)}${style("dim", "░".repeat(BAR_CELLS - full))} ${done}/${total}`);
        if (done >= total) out.write("\n");
      };
    },
  };
}

const WIDTH = 40;

/** An interval on a scale: ▒ with sampling error, █ privacy noise alone, ● the estimate. */
export function intervalBar(
  { estimate, interval95, privacyInterval95 }: DemoCell,
  scale: readonly [number, number],
): string {
  const [low, high] = scale;
  const at = (value: number) => Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * (WIDTH - 1));
  const cells = new Array<string>(WIDTH).fill("·");
  for (let i = at(interval95[0]); i <= at(interval95[1]); i++) cells[i] = "▒";
  for (let i = at(privacyInterval95[0]); i <= at(privacyInterval95[1]); i++) cells[i] = "█";
  cells[at(estimate)] = "●";
  return cells.join("");
}

/** A readable number: shares in percent, sums without false digits. */
export function formatValue(key: string, value: number): string {
  if (key.includes("/share")) return `${(100 * value).toFixed(1)} %`;
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
}
