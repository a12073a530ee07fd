// What the elements say, in the languages that notices have.
import type { Purpose } from "../../task/purposes.ts";
import type { ConsentState } from "../consent.ts";

export interface Words {
  readonly language: "en" | "de";
  readonly purposes: Readonly<Record<Purpose, { readonly title: string; readonly notice: string }>>;
  readonly states: Readonly<Record<ConsentState, string>>;
  readonly give: string;
  readonly withdraw: string;
  readonly signal: string;
  readonly noQuestions: string;
  readonly notLooking: string;
  readonly asked: string;
  readonly answers: (when: string) => string;
  readonly nothingLeft: string;
  readonly nothingSince: string;
  readonly question: string;
  readonly bytes: (count: string) => string;
  readonly arrived: string;
  readonly notArrived: string;
  readonly emptyBecause: (why: string) => string;
  readonly week: string;
  readonly year: string;
  readonly ofBudget: (spent: string, cap: string) => string;
  readonly pause: string;
  readonly resume: string;
  readonly paused: string;
  readonly erase: string;
  readonly eraseSure: string;
  readonly eraseYes: string;
  readonly cancel: string;
  readonly erased: string;
  readonly failed: (why: string) => string;
}

const english: Words = {
  language: "en",
  purposes: {
    "service-improvement": {
      title: "Improve the service",
      notice:
        "May this device answer questions about members as a group? Each answer is split, sealed and only ever added up with others. Your days stay here.",
    },
    research: {
      title: "Research",
      notice:
        "May this device take part in research on members as a group? The results are published, never your days.",
    },
    "model-training": {
      title: "Train a model together",
      notice:
        "May this device help to train a model? It sends a small sealed step of what it learned, never your days.",
    },
  },
  states: { off: "Not given", given: "Given", withdrawn: "Withdrawn", refused: "Refused by your browser" },
  give: "Take part",
  withdraw: "Stop taking part",
  signal: "Your browser says no to this (Global Privacy Control), so nothing is sent.",
  noQuestions: "Nothing is asked at the moment.",
  notLooking: "This device looks for questions only once you take part in something.",
  asked: "Asked, in the asker's words:",
  answers: (when) => `Unless you stop, this device answers from ${when}.`,
  nothingLeft: "Nothing has left this device.",
  nothingSince: "Nothing has left this device since everything was erased.",
  question: "Question",
  bytes: (count) => `${count} bytes`,
  arrived: "arrived",
  notArrived: "not arrived yet",
  emptyBecause: (why) => `empty: ${why}`,
  week: "This week",
  year: "This year",
  ofBudget: (spent, cap) => `${spent} of at most ${cap} (ρ) told`,
  pause: "Pause",
  resume: "Go on",
  paused: "Paused: nothing leaves this device.",
  erase: "Erase everything here",
  eraseSure: "Delete all that this app's part keeps on this device, and withdraw every consent?",
  eraseYes: "Yes, erase",
  cancel: "Keep it",
  erased: "Erased. What became of everything:",
  failed: (why) => `That did not work: ${why}`,
};

const german: Words = {
  language: "de",
  purposes: {
    "service-improvement": {
      title: "Den Dienst verbessern",
      notice:
        "Darf dieses Gerät Fragen über alle Mitglieder zusammen beantworten? Jede Antwort wird geteilt, versiegelt und nur mit anderen addiert. Deine Tage bleiben hier.",
    },
    research: {
      title: "Forschung",
      notice:
        "Darf dieses Gerät bei Forschung über alle Mitglieder zusammen mitmachen? Veröffentlicht werden Ergebnisse, nie deine Tage.",
    },
    "model-training": {
      title: "Gemeinsam ein Modell trainieren",
      notice:
        "Darf dieses Gerät helfen, ein Modell zu trainieren? Es schickt einen kleinen, versiegelten Schritt des Gelernten, nie deine Tage.",
    },
  },
  states: { off: "Nicht erteilt", given: "Erteilt", withdrawn: "Widerrufen", refused: "Vom Browser abgelehnt" },
  give: "Mitmachen",
  withdraw: "Nicht mehr mitmachen",
  signal: "Dein Browser lehnt das ab (Global Privacy Control). Deshalb wird nichts gesendet.",
  noQuestions: "Gerade wird nichts gefragt.",
  notLooking: "Dieses Gerät sieht erst nach Fragen, wenn du bei etwas mitmachst.",
  asked: "Gefragt wird, in den Worten der Fragenden:",
  answers: (when) => `Wenn du nicht widerrufst, antwortet dieses Gerät ab ${when}.`,
  nothingLeft: "Nichts hat dieses Gerät verlassen.",
  nothingSince: "Nichts hat dieses Gerät verlassen, seit alles gelöscht wurde.",
  question: "Frage",
  bytes: (count) => `${count} Bytes`,
  arrived: "angekommen",
  notArrived: "noch nicht angekommen",
  emptyBecause: (why) => `leer: ${why}`,
  week: "Diese Woche",
  year: "Dieses Jahr",
  ofBudget: (spent, cap) => `${spent} von höchstens ${cap} (ρ) gesagt`,
  pause: "Anhalten",
  resume: "Weiter",
  paused: "Angehalten: nichts verlässt dieses Gerät.",
  erase: "Hier alles löschen",
  eraseSure: "Alles löschen, was dieser Teil der App auf diesem Gerät hat, und jede Einwilligung widerrufen?",
  eraseYes: "Ja, löschen",
  cancel: "Behalten",
  erased: "Gelöscht. Was daraus wurde:",
  failed: (why) => `Das ging nicht: ${why}`,
};

/** @param lang BCP 47, as in a page's `lang` attribute; English where there is no text of it */
export const wordsFor = (lang: string | null | undefined): Words => (/^de\b/i.test(lang ?? "") ? german : english);
