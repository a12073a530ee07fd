// Global Privacy Control: the browser's own no (https://www.w3.org/TR/gpc/).

/** Asked each time: people change their minds while a page is open. */
export function webPrivacyControl(): boolean {
  return (
    (globalThis.navigator as { readonly globalPrivacyControl?: unknown } | undefined)?.globalPrivacyControl === true
  );
}
