// A word with its meaning: on hover, on focus, and for whoever reads with a screen reader.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type GlossaryName, glossary } from "./glossary.ts";

export function Term({ name, children }: { readonly name: GlossaryName; readonly children: ComponentChildren }) {
  const id = useId();
  return (
    <span class="term">
      <button type="button" class="word" aria-describedby={id}>
        {children}
      </button>
      <span class="meaning" role="tooltip" id={id}>
        {glossary[name]}
      </span>
    </span>
  );
}
