// The attack and its result for elsewhere: specification, script, notebook, all numbers.
import { type Figure, figuresNotebook } from "../../figures/index.ts";
import type { AttackOptions, AttackResult } from "../../simulate/index.ts";
import { Files, jsonFile } from "../parts/files.tsx";

export function HandOn({ result, figures }: { readonly result: AttackResult; readonly figures: readonly Figure[] }) {
  const notebook = () =>
    figuresNotebook({ title: result.title, about: result.says, json: JSON.stringify(result), figures });
  return (
    <Files
      of="This attack"
      files={[
        jsonFile("Specification", "attack.json", result.options),
        ...[
          {
            title: "TypeScript, runnable",
            name: "attack.mjs",
            type: "text/javascript",
            text: () => script(result.options),
          },
          {
            title: "Notebook with all numbers",
            name: "attack.ipynb",
            type: "application/x-ipynb+json",
            text: notebook,
          },
        ],
        jsonFile("All numbers as JSON", "attack-result.json", result),
      ]}
    />
  );
}

function script(options: AttackOptions): string {
  return `// node attack.mjs, or as TypeScript: an attack on what the services would release, and the audited bounds.
import { simulateAttack } from "paceline/simulate";

const result = await simulateAttack(${JSON.stringify(options, null, 2)});
console.log(JSON.stringify(result, null, 2));
`;
}
