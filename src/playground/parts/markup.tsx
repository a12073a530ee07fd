// Markup of the figures room in the page: the one place where a string becomes elements.
import type { Html } from "../../figures/index.ts";

/** `Html` is made by the figures room alone, which escapes every text that it is given. */
export function Markup({ of }: { readonly of: Html }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: of escaped markup alone, as its type says.
  return <div dangerouslySetInnerHTML={{ __html: of.markup }} />;
}
