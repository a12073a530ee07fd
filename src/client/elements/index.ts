// paceline/elements: consent, notices, log, budget and controls as web components, for any framework or none. Importing does
// nothing; defineElements() registers them, and each wants its client as a property.
import { PacelineBudget } from "./budget.ts";
import { PacelineConsent } from "./consent.ts";
import { PacelineControls } from "./controls.ts";
import { PacelineLog } from "./log.ts";
import { PacelineNotices } from "./notices.ts";

const elements = {
  "paceline-consent": PacelineConsent,
  "paceline-notices": PacelineNotices,
  "paceline-log": PacelineLog,
  "paceline-budget": PacelineBudget,
  "paceline-controls": PacelineControls,
} as const;

/** Registers every element once; a second call changes nothing, and on a server none does. */
export function defineElements(): void {
  const registry = globalThis.customElements;
  if (registry === undefined) return;
  for (const [name, element] of Object.entries(elements))
    if (registry.get(name) === undefined) registry.define(name, element);
}

declare global {
  interface HTMLElementTagNameMap {
    "paceline-consent": PacelineConsent;
    "paceline-notices": PacelineNotices;
    "paceline-log": PacelineLog;
    "paceline-budget": PacelineBudget;
    "paceline-controls": PacelineControls;
  }
}

export type { ElementClient } from "./element.ts";
export { PacelineBudget, PacelineConsent, PacelineControls, PacelineLog, PacelineNotices };
