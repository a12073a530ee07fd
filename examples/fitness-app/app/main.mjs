// The page: one client, the elements, and what this app adds to them.
import { defineElements } from "paceline/elements";
import { bringFiles } from "./bring.mjs";
import { openDevice } from "./device.mjs";
import { figureOf, h } from "./figure.mjs";
import { wordsOf } from "./words.mjs";

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const VIEWS = ["days", "asked", "log", "yours"];
const LANGUAGES = ["en", "de"];
const elements = /** @type {readonly { client: unknown }[]} */ (
  /** @type {unknown} */ ([
    ...document.querySelectorAll(
      "paceline-consent, paceline-notices, paceline-log, paceline-budget, paceline-controls",
    ),
  ])
);

const chosen = new URLSearchParams(location.search).get("lang") ?? navigator.language.slice(0, 2);
/** As the member's browser writes dates and numbers, where it is in the language of the page. */
const locale = () => {
  try {
    return Intl.getCanonicalLocales(navigator.languages.filter((tag) => tag.startsWith(language)))[0] ?? language;
  } catch {
    // Some systems have names for their locales that are none.
    return language;
  }
};
/** Erasing takes the log along: what had left before is then no longer known here. */
const ERASED = "footing-erased";
let language = LANGUAGES.includes(chosen) ? chosen : "en";
let words = wordsOf(language);

defineElements();
const device = await openDevice({ worker: () => new Worker("worker.js", { type: "module" }) });

/** Making a formatter takes longer than a hundred uses of it. */
const formattersOf = () => ({
  time: new Intl.DateTimeFormat(locale(), { timeStyle: "short" }),
  date: new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", timeZone: "UTC" }),
  longDate: new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: "UTC" }),
  whole: new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 }),
});
let formatters = formattersOf();
const time = (/** @type {number} */ at) => formatters.time.format(at);
const date = (/** @type {number} */ day) => formatters.date.format(day * 86_400_000);
const longDate = (/** @type {number} */ day) => formatters.longDate.format(day * 86_400_000);
const whole = (/** @type {number} */ value) => formatters.whole.format(value);

function speak() {
  words = wordsOf(language);
  formatters = formattersOf();
  document.documentElement.lang = locale();
  for (const each of document.querySelectorAll("[data-say]")) {
    const said = words[/** @type {keyof typeof words} */ (each.getAttribute("data-say"))];
    if (typeof said === "string") each.textContent = said;
  }
  for (const each of document.querySelectorAll("[data-language]"))
    each.setAttribute("aria-pressed", String(each.getAttribute("data-language") === language));
  for (const each of elements) each.client = device;
  show();
  showDays();
}

const takesPart = () => Object.values(device.snapshot().consents).includes("given");

function show() {
  const { logged, paused, syncing, syncedAt } = device.snapshot();
  const chip = element("status");
  const erased = localStorage.getItem(ERASED) !== null;
  const nothing = erased ? words.nothingSince : words.nothingLeft;
  chip.textContent = paused ? words.paused : logged === 0 ? nothing : words.left(logged);
  chip.dataset.state = paused ? "paused" : logged === 0 ? "quiet" : "told";
  element("log-title").textContent =
    logged > 0 ? words.logTitle(logged) : erased ? words.logTitleSince : words.logTitleNone;
  const button = /** @type {HTMLButtonElement} */ (element("sync"));
  button.textContent = syncing ? words.syncing : words.sync;
  button.disabled = syncing;
  // Without consent a sync asks nobody anything.
  if (syncedAt !== undefined && takesPart()) element("synced").textContent = words.synced(time(syncedAt));
}

let shownDays = -1;
async function showDays() {
  const days = await device.days();
  shownDays = days.length;
  const [first, last] = [days[0], days.at(-1)];
  element("days-lead").textContent =
    first === undefined || last === undefined
      ? words.noDays
      : words.span(longDate(first.day), longDate(last.day), days.length);
  document.body.classList.toggle("empty", days.length === 0);
  const hours = (/** @type {number} */ minutes) => words.hours(Math.floor(minutes / 60), Math.round(minutes % 60));
  const metrics = /** @type {const} */ ([
    { id: "steps", title: words.steps, unit: words.stepsUnit, form: "bars", format: whole },
    { id: "rhr", title: words.rhr, unit: words.rhrUnit, form: "line", format: whole },
    { id: "sleep", title: words.sleep, unit: words.sleepUnit, form: "bars", format: hours },
  ]);
  const figures = metrics.flatMap((metric) => {
    const values = new Map();
    for (const { day, values: all } of days) if (all[metric.id] !== undefined) values.set(day, all[metric.id]);
    return last === undefined ? [] : (figureOf(metric, values, last.day, words, date) ?? []);
  });
  element("figures").replaceChildren(...figures);
}

function route() {
  const wanted = VIEWS.includes(location.hash.slice(1)) ? location.hash.slice(1) : "days";
  for (const view of VIEWS) element(view).hidden = view !== wanted;
  for (const link of document.querySelectorAll("nav a"))
    if (link.getAttribute("href") === `#${wanted}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  scrollTo(0, 0);
}

async function look() {
  try {
    // What waits or was refused, and why: to nobody's face but the member's.
    const whys = (await device.sync()).flatMap((result) => ("why" in result && result.why ? [result.why] : []));
    element("outcomes").replaceChildren(...[...new Set(whys)].map((why) => h("li", {}, why)));
  } catch (error) {
    const { code } = /** @type {{ code?: string }} */ (error);
    element("synced").textContent = code === "unavailable" ? words.offline : words.failed;
  }
}

async function download(/** @type {import("paceline/client").ExportFormat} */ format) {
  if (device.snapshot().days === 0) {
    element("exported").textContent = words.nothingToExport;
    return;
  }
  const text = await device.export(format);
  const type = format === "csv" ? "text/csv" : "application/json";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `footing-${format}.${format === "csv" ? "csv" : "json"}`;
  link.click();
  URL.revokeObjectURL(link.href);
  element("exported").textContent = words.exported(link.download);
}

device.subscribe(() => {
  show();
  if (device.snapshot().days !== shownDays) showDays();
});
device.on("recorded", showDays);
// What a page says of an import is of an import that is gone.
device.on("erased", () => {
  element("understood").replaceChildren();
  element("outcomes").replaceChildren();
  localStorage.setItem(ERASED, "yes");
  show();
});
// A yes is a moment to look at once what is asked.
device.on("consent", ({ state }) => {
  if (state === "given") void look();
});
element("sync").addEventListener("click", () => {
  if (takesPart()) void look();
  else element("synced").textContent = words.noConsent;
});
element("exports").addEventListener("click", ({ target }) => {
  const format = target instanceof HTMLElement && target.dataset.format;
  if (format) void download(/** @type {import("paceline/client").ExportFormat} */ (format));
});
element("languages").addEventListener("click", ({ target }) => {
  const next = target instanceof HTMLElement && target.dataset.language;
  if (!next) return;
  language = next;
  speak();
});
addEventListener("hashchange", () => {
  route();
  // Who goes by ear lands on what is shown.
  /** @type {HTMLElement | null} */ (document.querySelector(".view:not([hidden]) h1"))?.focus({ preventScroll: true });
});
bringFiles(device, element, () => words);
speak();
route();
document.body.classList.add("ready");

await navigator.serviceWorker?.register("service-worker.js").catch(() => undefined);
// From here on it syncs by itself: a question's moment, some times a day, after being offline, as the page goes.
device.start();
