// One metric's last 28 days as a figure: bars from zero for what adds up, a line for a level. Every figure has a table twin.
const DAYS = 28;
const [WIDTH, HEIGHT, FOOT, HEAD] = [336, 150, 22, 10];

/**
 * @typedef {object} Metric
 * @property {string} id
 * @property {string} title
 * @property {"bars" | "line"} form
 * @property {(value: number) => string} format
 * @property {string} unit
 */

/**
 * @param {string} name @param {Readonly<Record<string, string | number>>} attributes
 * @param {readonly (Node | string)[]} children
 */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * @param {string} name @param {Readonly<Record<string, string>>} attributes
 * @param {readonly (Node | string)[]} children
 */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const mean = (/** @type {readonly number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The values of 28 days up to one; undefined where nothing was measured. */
const windowOf = (/** @type {ReadonlyMap<number, number>} */ values, /** @type {number} */ last) =>
  Array.from({ length: DAYS }, (_, i) => values.get(last - DAYS + 1 + i));

const known = (/** @type {readonly (number | undefined)[]} */ values) => values.filter((value) => value !== undefined);

/**
 * @param {Metric} metric @param {ReadonlyMap<number, number>} values by day @param {number} last day
 * @param {import("./words.mjs").Words} words @param {(day: number) => string} date
 * @returns {HTMLElement | undefined} undefined where nothing was measured
 */
export function figureOf(metric, values, last, words, date) {
  const shown = windowOf(values, last);
  if (known(shown).length === 0) return undefined;
  const average = mean(known(shown));
  const before = known(windowOf(values, last - DAYS));
  const rows = shown.map((value, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, date(last - DAYS + 1 + i)),
      h("td", {}, value === undefined ? words.unmeasured : metric.format(value)),
    ),
  );
  const says = before.length < 7 ? words.measured(known(shown).length) : trend(average, mean(before), words);
  const label = `${metric.title}: ${metric.format(average)} ${metric.unit}, ${says}`;
  return h(
    "article",
    { class: `card figure ${metric.id}` },
    h("h2", {}, metric.title),
    h("p", { class: "big" }, h("strong", {}, metric.format(average)), h("span", {}, ` ${metric.unit}`)),
    h("p", { class: "quiet" }, says),
    chart(metric, shown, average, label, [date(last - DAYS + 1), date(last)]),
    h(
      "details",
      {},
      h("summary", {}, words.table),
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.day), h("th", { scope: "col" }, metric.title))),
        h("tbody", {}, ...rows),
      ),
    ),
  );
}

/** @param {number} now @param {number} before @param {import("./words.mjs").Words} words */
function trend(now, before, words) {
  const percent = Math.round((100 * (now - before)) / before);
  if (percent === 0) return words.same;
  const by = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(Math.abs(percent) / 100);
  return percent > 0 ? words.more(by) : words.less(by);
}

/**
 * @param {Metric} metric @param {readonly (number | undefined)[]} shown @param {number} average @param {string} label
 * @param {readonly [string, string]} ends
 */
function chart({ form }, shown, average, label, ends) {
  const values = known(shown);
  const most = Math.max(...values);
  const least = form === "bars" ? 0 : Math.min(...values);
  const room = form === "bars" ? most * 0.05 : Math.max(2, (most - least) * 0.15);
  const [low, high] = [form === "bars" ? 0 : least - room, most + room];
  const y = (/** @type {number} */ value) => HEAD + ((high - value) / (high - low)) * (HEIGHT - HEAD - FOOT);
  const step = WIDTH / DAYS;
  const middle = (/** @type {number} */ i) => (i + 0.5) * step;
  const floor = HEIGHT - FOOT;
  const bars = shown.flatMap((value, i) =>
    value === undefined
      ? [svg("circle", { class: "none", cx: middle(i), cy: floor - 3, r: 1.5 })]
      : [svg("rect", { class: "bar", x: i * step + 2, y: y(value), width: step - 4, height: floor - y(value), rx: 3 })],
  );
  // A day that was not measured is a gap, never a line across.
  const path = shown
    .map((value, i) =>
      value === undefined
        ? ""
        : `${shown[i - 1] === undefined ? "M" : "L"}${middle(i).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join("");
  const dots = shown.flatMap((value, i) =>
    value === undefined ? [] : [svg("circle", { class: "dot", cx: middle(i), cy: y(value), r: 2.6 })],
  );
  return svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    svg("line", { class: "floor", x1: 0, x2: WIDTH, y1: floor, y2: floor }),
    ...(form === "bars" ? bars : [svg("path", { class: "level", d: path }), ...dots]),
    svg("line", { class: "average", x1: 0, x2: WIDTH, y1: y(average), y2: y(average) }),
    svg("text", { x: 0, y: HEIGHT - 5 }, ends[0]),
    svg("text", { x: WIDTH, y: HEIGHT - 5, "text-anchor": "end" }, ends[1]),
  );
}
