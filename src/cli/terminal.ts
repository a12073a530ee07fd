// How commands talk: lines and a live bar. With --json everything goes to standard error. What comes from files and services
// can neither move the cursor nor change colours: only this file's own styles reach the terminal.
import { randomUUID } from "node:crypto";
import { styleText } from "node:util";
import { plainLines } from "../figures/plain.ts";

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  line(text?: string): void;
  heading(text: string): void;
  /** A bar that moves in place on a terminal, and speaks up at quarters elsewhere. */
  bar(label: string, total: number): (done: number) => void;
  style(style: Style, text: string): string;
  /** Columns there are; a width to read by where nothing says. */
  readonly columns: number;
}

/** Stands for ESC between style() and the terminal: nobody whose text is shown can know it. */
const ESCAPE = `<${randomUUID()}>`;

const COLUMNS = 120;
const BAR_CELLS = 32;
const REDRAW_MS = 80;

export function newTerminal(json: boolean): Terminal {
  const out = json ? process.stderr : process.stdout;
  const live = out.isTTY === true && process.env.CI === undefined;
  const columns = out.isTTY === true && out.columns > 0 ? out.columns : COLUMNS;
  const style = (kind: Style, text: string) =>
    styleText(kind, plainLines(text), { stream: out }).replaceAll("\u001b", ESCAPE);
  const write = (text: string) => void out.write(plainLines(text).replaceAll(ESCAPE, "\u001b"));
  return {
    style,
    columns,
    line: (text = "") => write(`${text}\n`),
    heading: (text) => write(`\n${style("bold", text)}\n`),
    bar(label, total) {
      let drawn = 0;
      let quarter = 0;
      // A line that wraps cannot be drawn over.
      const cells = Math.max(4, Math.min(BAR_CELLS, columns - label.length - 2 * String(total).length - 8));
      return (done) => {
        const share = total === 0 ? 1 : done / total;
        if (!live) {
          if (Math.floor(share * 4) > quarter) write(`  ${label}: ${done} of ${total}\n`);
          quarter = Math.floor(share * 4);
          return;
        }
        const now = performance.now();
        if (done < total && now - drawn < REDRAW_MS) return;
        drawn = now;
        const full = Math.round(share * cells);
        out.write("\r");
        write(`  ${label} ${"█".repeat(full)}${style("dim", "░".repeat(cells - full))} ${done}/${total}`);
        if (done >= total) out.write("\n");
      };
    },
  };
}
