// What ε means, to try out: the width of an answer for a choice of ε and cohort. Without scripts the table stands alone.

import { endOfScript, type Html, html, jsonForScript } from "../markup.ts";
import { number, significant } from "../numbers.ts";
import { percentage } from "../scale.ts";
import { drawing } from "../svg.ts";
import { table } from "../table.ts";

interface Step {
  readonly epsilon: string;
  readonly sentence: string;
  /** Half the interval's width, in percent of the drawing. */
  readonly reach: number;
}

interface Choice {
  readonly cohort: string;
  /** Half the axis. */
  readonly end: string;
  readonly steps: readonly Step[];
}

/** Percent of the drawing's width from its middle to the axis' ends. */
const REACH = 46;

/** Predicted half-widths of a 95 % interval from privacy noise, by ε, for one question and several cohorts. */
export interface Widths {
  readonly what: string;
  readonly unit: string;
  readonly cohorts: readonly number[];
  readonly epsilons: readonly number[];
  /** [cohort][epsilon] */
  readonly halfWidths: readonly (readonly number[])[];
}

/** @param members the cohort that is shown first is the one nearest to them */
export function slider(members: number, widths: Widths): Html {
  const choices = choicesOf(widths);
  const at = nearest(widths.cohorts, members);
  const step = nearest(widths.epsilons, 1);
  const [choice, chosen] = [choices[at], choices[at]?.steps[step]];
  if (choice === undefined || chosen === undefined) return html`<p>This run predicted no widths.</p>\n`;
  const options = choices.map(
    ({ cohort }, i) => html`<option value="${i}"${i === at ? html` selected` : ""}>${cohort}</option>`,
  );
  return html`<p>A smaller ε hides each member better and makes the answer vaguer; more members make it sharper again. This is the prediction for: ${widths.what}. It counts privacy noise only.</p>
<div id="slider" class="card slider" hidden>
<p class="field"><label for="cohort">Members who take part</label> <select id="cohort">${options}</select></p>
<p class="field"><label for="epsilon">ε = <span id="slider-epsilon">${chosen.epsilon}</span></label></p>
<input type="range" id="epsilon" min="0" max="${choice.steps.length - 1}" step="1" value="${step}" aria-valuetext="ε ${chosen.epsilon}" aria-describedby="slider-ends">
<p id="slider-ends" class="ends"><span>more private</span> <span>more exact</span></p>
<output id="slider-result" for="epsilon cohort" aria-live="polite">${chosen.sentence}</output>
${example(choice, chosen, widths.unit)}
</div>
<script type="application/json" id="slider-data">${jsonForScript(choices)}${endOfScript}
<details><summary>All predictions as a table</summary>
${table({
  caption: `Half-width of the 95 % interval by ε, in ${widths.unit}: ${widths.what}`,
  columns: ["Members", ...widths.epsilons.map((epsilon) => `ε\u00a0=\u00a0${significant(epsilon)}`)],
  rows: widths.cohorts.map((cohort, i) => [
    number(cohort),
    ...(widths.halfWidths[i] ?? []).map((half) => `±${significant(half)}`),
  ]),
})}
</details>
`;
}

function choicesOf({ cohorts, epsilons, halfWidths, unit }: Widths): readonly Choice[] {
  return cohorts.map((members, at) => {
    const halves = halfWidths[at] ?? [];
    const end = endFor(halves, nearest(epsilons, 1));
    const steps = epsilons.slice(0, halves.length).map((value, i): Step => {
      const half = halves[i] ?? 0;
      const epsilon = significant(value);
      const sentence = `With ${number(members)} members and ε = ${epsilon}, the answer is right to within ±${significant(half)} ${unit}, 95 times in 100.`;
      const reach = Math.round(((REACH * half) / end) * 100) / 100;
      return half > end
        ? { epsilon, sentence: `${sentence} That is wider than drawn here.`, reach: 50 }
        : { epsilon, sentence, reach };
    });
    return { cohort: number(members), end: significant(end), steps };
  });
}

/** Widths span three orders of magnitude: the axis fits the widths around ε = 1, so that each step there can be seen. */
function endFor(halves: readonly number[], middle: number): number {
  const wanted = Math.min(5 * (halves[middle] ?? 0), Math.max(...halves));
  return wanted > 0 && Number.isFinite(wanted) ? roundStep(wanted) : 1;
}

function example({ end }: Choice, { sentence, reach }: Step, unit: string): Html {
  const [left, right] = [percentage(50 - REACH), percentage(50 + REACH)];
  const shapes = html`<line class="grid" x1="${left}" x2="${left}" y1="2" y2="44"/><line class="grid" x1="50%" x2="50%" y1="2" y2="44"/><line class="grid" x1="${right}" x2="${right}" y1="2" y2="44"/>
<line id="slider-interval" class="interval privacy" x1="${percentage(50 - reach)}" x2="${percentage(50 + reach)}" y1="23" y2="23"/><circle class="dot" cx="50%" cy="23" r="5"/>
<text class="tick" id="slider-low" x="${left}" y="61">−${end}</text><text class="tick" x="50%" y="61">the answer</text><text class="tick" id="slider-high" x="${right}" y="61">+${end}</text>
<text class="unit" x="50%" y="81">${unit}</text>
`;
  return drawing({ id: "slider", title: "An example interval", description: sentence, height: 88, shapes: [shapes] });
}

/** The next of 1, 2, 5 × 10ⁿ. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function nearest(values: readonly number[], wanted: number): number {
  const distances = values.map((value) => Math.abs(Math.log(value / Math.max(1, wanted))));
  return Math.max(0, distances.indexOf(Math.min(...distances)));
}
