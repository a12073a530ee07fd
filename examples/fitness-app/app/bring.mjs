// Files in: chosen, dropped on the page, or made up to try the app with.
import { h } from "./figure.mjs";

/** @typedef {import("./words.mjs").Words} Words */

/**
 * @param {import("paceline/client").Client} device @param {(id: string) => HTMLElement} element @param {() => Words} words
 */
export function bringFiles(device, element, words) {
  const understood = element("understood");
  const progress = /** @type {HTMLProgressElement} */ (element("progress"));
  const input = /** @type {HTMLInputElement} */ (element("file"));

  /** @param {readonly File[]} files */
  async function bring(files) {
    const said = [];
    for (const file of files) {
      understood.replaceChildren(words().reading(file.name));
      progress.hidden = false;
      progress.removeAttribute("value");
      try {
        const { days, report } = await device.import(file, {
          onProgress: (bytes, of) => {
            if (of) progress.value = Math.min(1, bytes / of);
          },
        });
        said.push(toldOf(file.name, days, report, words()));
      } catch (error) {
        const { message, hint } = /** @type {Error & { hint?: string }} */ (error);
        said.push(h("p", { role: "alert" }, hint === undefined ? message : `${message}. ${hint}`));
      }
    }
    progress.hidden = true;
    understood.replaceChildren(...said);
  }

  input.addEventListener("change", async () => {
    await bring([...(input.files ?? [])]);
    input.value = "";
  });
  element("sample").addEventListener("click", () => bring([madeUp()]));
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("over");
  });
  addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) document.body.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("over");
    location.hash = "#days";
    void bring([...(event.dataTransfer?.files ?? [])]);
  });
}

/**
 * @param {string} name @param {number} days @param {import("paceline/client").ImportResult["report"]} report @param {Words} words
 */
function toldOf(name, days, report, words) {
  const values = report.files.reduce((sum, file) => sum + file.values, 0);
  const line = (/** @type {{ count: number, says: string }} */ { count, says }) => h("li", {}, `${count}: ${says}`);
  const skipped = report.skipped.reduce((sum, { count }) => sum + count, 0);
  // The report's own words are in English.
  return h(
    "div",
    {},
    h("p", { class: "done" }, words.understood(name, days, values)),
    ...(skipped === 0
      ? []
      : [h("p", {}, words.leftOut(skipped)), h("ul", { lang: "en" }, ...report.skipped.map(line))]),
    ...(report.notes.length === 0
      ? []
      : [h("p", {}, words.assumed), h("ul", { lang: "en" }, ...report.notes.map(line))]),
  );
}

/** Eight weeks of nobody, as a file like any other. */
function madeUp() {
  const today = Math.floor(Date.now() / 86_400_000);
  const random = () => crypto.getRandomValues(new Uint32Array(1)).reduce((_, value) => value / 2 ** 32, 0);
  const rows = Array.from({ length: 56 }, (_, i) => {
    const weekend = [0, 6].includes(new Date((today - i) * 86_400_000).getUTCDay());
    const steps = Math.round((weekend ? 6200 : 8800) + 3600 * (random() - 0.5) - 20 * i);
    const rhr = Math.round(58 + 5 * (random() - 0.5) + i / 28);
    const sleep = Math.round((weekend ? 480 : 425) + 70 * (random() - 0.5));
    return `${new Date((today - i) * 86_400_000).toISOString().slice(0, 10)},${steps},${rhr},${sleep}`;
  });
  return new File([["date,steps,rhr,sleep", ...rows].join("\n")], "made-up-days.csv", { type: "text/csv" });
}
