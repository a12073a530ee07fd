// Who measured. Apple names the person in `sourceName` ("Anna's Apple Watch") and puts a pointer into `device` that differs from
// record to record, so that one phone looks like dozens. Neither is kept: a device is its maker, model and hardware.
import type { DeviceClass, Source } from "../sample.ts";
import { shortHash } from "../scan/devices.ts";
import { unescapeXml } from "../scan/xml.ts";

/** More distinct sources than that are an attack, not a life. */
const SOURCES_MAX = 10_000;

const classes: readonly (readonly [RegExp, DeviceClass])[] = [
  [/watch|garmin|connect|polar|suunto|coros/i, "watch"],
  [/i?phone/i, "phone"],
  [/oura|\bring\b/i, "ring"],
  [/whoop|fitbit|\bband\b/i, "band"],
  [/\bscale\b|withings|health mate|renpho|eufy/i, "scale"],
];

/** By its model or, of an app, its name. */
export const classOf = (text: string): DeviceClass => classes.find(([pattern]) => pattern.test(text))?.[1] ?? "unknown";

/** `name:…, manufacturer:Apple, model:Watch, hardware:Watch2,4, software:…`: values may hold commas. */
function partOf(device: string, part: string): string {
  return new RegExp(`, ${part}:(.*?)(?=, [a-zA-Z]+:|>?$)`).exec(device)?.[1] ?? "";
}

export class AppleSources {
  /** By device without its pointer, or by name where there is none; the texts are forgotten with the file. */
  readonly #known = new Map<string, Source>();

  /** @param device @param name as they are written */
  of(device: string | undefined, name = ""): Source {
    const text = device === undefined ? name : device.replace(/0x[0-9a-f]+/i, "");
    let source = this.#known.get(text);
    if (source === undefined) {
      if (this.#known.size >= SOURCES_MAX) this.#known.clear();
      const full = unescapeXml(text);
      const model = ["manufacturer", "model", "hardware"].map((part) => partOf(full, part)).join("/");
      // An app, or a device of before devices were told: by a short hash of its name, the same in the next export too.
      source = {
        key: model === "//" ? `app ${shortHash(full)}` : model,
        provider: "apple-health",
        deviceClass: classOf(model === "//" ? full + name : model),
      };
      this.#known.set(text, source);
    }
    return source;
  }
}
