// Light or dark: as the reader's system says, until they choose. The colours are the figures'.
import { effect, signal } from "@preact/signals";
import { dark, light, type Scheme } from "../../figures/palette.ts";
import { keep, kept } from "./kept.ts";

export type Choice = "system" | "light" | "dark";
const choices: readonly Choice[] = ["system", "light", "dark"];

function rules({ series, ...named }: Scheme): string {
  const tones = [...Object.entries(named), ...series.map((colour, at) => [`series-${at + 1}`, colour] as const)];
  return tones.map(([name, colour]) => `--${name}: ${colour};`).join(" ");
}

export const colourSheet = `:root { color-scheme: light; ${rules(light)} }
@media (prefers-color-scheme: dark) { :root:not([data-scheme="light"]) { color-scheme: dark; ${rules(dark)} } }
:root[data-scheme="dark"] { color-scheme: dark; ${rules(dark)} }`;

export const scheme = signal<Choice>(choices.find((choice) => choice === kept("scheme")) ?? "system");

export function nextScheme(): void {
  scheme.value = choices[(choices.indexOf(scheme.value) + 1) % choices.length] as Choice;
}

/** Keeps the document as chosen. */
export function followScheme(): void {
  effect(() => {
    const choice = scheme.value;
    if (choice === "system") document.documentElement.removeAttribute("data-scheme");
    else document.documentElement.setAttribute("data-scheme", choice);
    keep("scheme", choice === "system" ? undefined : choice);
  });
}
