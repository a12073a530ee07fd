// What is asked of the member now, in plain words made here from the signed manifest's parts: never the asker's own account of
// what they ask.
import { fromBase64Url } from "../../base/bytes.ts";
import { formatDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import { decodeManifest, type Manifest } from "../../task/manifest.ts";
import type { Settings } from "../options.ts";
import { type Pending, readAll } from "../state.ts";
import { german } from "./de.ts";
import { english } from "./en.ts";
import { dayOf, epsilonOf, type Notice } from "./notice.ts";
import { toldOf } from "./told.ts";
import type { Words } from "./words.ts";

const languages = { en: english, de: german } as const;
export type Language = keyof typeof languages;

/** @throws PacelineError invalid_argument for a language there is no text of */
export async function noticesOf(settings: Settings, language: Language): Promise<readonly Notice[]> {
  const words = wordsOf(language);
  const { store } = settings;
  const pending = await readAll<Pending>(store, "pending/");
  const tasks: readonly Notice[] = pending
    .filter(({ closes }) => settings.platform.clock.now() < closes * 1000)
    .sort((a, b) => a.due - b.due)
    .map(({ task, purpose, due, closes, envelope }) => {
      const manifest = decodeManifest(fromBase64Url(envelope.manifest));
      return {
        task,
        purpose,
        question: manifest.question,
        says: sentencesOf(manifest, words),
        answersAt: due * 1000,
        closesAt: closes * 1000,
        rho: Number(manifest.rho) / 1e9,
      };
    });
  // Without a registrar the device takes part in none.
  if (
    settings.registrar === undefined ||
    [...(await store.keys("pending-masked/")), ...(await store.keys("masked/"))].length === 0
  )
    return tasks;
  const { maskedNotices } = await import("../masked/notices.ts");
  return [...tasks, ...(await maskedNotices(settings, words))].sort((a, b) => a.answersAt - b.answersAt);
}

export function wordsOf(language: Language): Words {
  if (!Object.hasOwn(languages, language))
    fail("invalid_argument", "there are no notices in this language", {
      hint: `Known: ${Object.keys(languages).join(", ")}.`,
    });
  return languages[language];
}

/** @param manifest checked before: it waits to be answered */
export function sentencesOf(manifest: Manifest, words: Words): readonly string[] {
  const { window, upload, minBatch, rho, purpose } = manifest;
  return [
    words.purpose(purpose),
    ...toldOf(manifest, words),
    words.days(formatDay(window.start), formatDay(window.end - 1)),
    words.hidden(minBatch),
    words.loss(epsilonOf(BigInt(rho))),
    words.until(dayOf(upload.closes)),
    words.no,
  ];
}
