// An exhibit and its result for elsewhere: specification, script, notebook, all numbers.
import { type Figure, figuresNotebook } from "../../figures/index.ts";
import { Files, jsonFile } from "../parts/files.tsx";
import { abouts } from "./abouts.ts";
import type { ExhibitOptions, ExhibitResult } from "./audit.ts";

export function HandOn({ result, figure }: { readonly result: ExhibitResult; readonly figure: Figure }) {
  const { options } = result;
  return (
    <Files
      of="This exhibit"
      files={[
        jsonFile("Specification", "exhibit.json", options),
        {
          ...{ title: "TypeScript, runnable in a clone", name: "exhibit.mjs", type: "text/javascript" },
          text: () => script(options),
        },
        {
          ...{ title: "Notebook with all numbers", name: "exhibit.ipynb", type: "application/x-ipynb+json" },
          text: () => notebookOf(result, figure),
        },
        jsonFile("All numbers as JSON", "exhibit-result.json", result),
      ]}
    />
  );
}

/** The package has no mistakes to import: they are in the repository alone. */
function script(options: ExhibitOptions): string {
  return `// In the top folder of a clone of the repository: node --conditions=paceline-source exhibit.mjs
import { auditExhibit } from "./src/playground/museum/audit.ts";

const result = await auditExhibit(${JSON.stringify(options, null, 2)});
console.log(JSON.stringify(result, null, 2));
`;
}

function notebookOf(result: ExhibitResult, figure: Figure): string {
  const { title, promise, mistake, here, ours, sources } = abouts[result.options.exhibit];
  const read = sources.map(({ what, where }) => `${what}: ${where}`).join("; ");
  const about = [promise, mistake, here, ours, `Sources: ${read}.`];
  return figuresNotebook({ title, about, json: JSON.stringify(result), figures: [figure] });
}
