// The attack and its result for elsewhere: specification, script, notebook, all numbers.
import { type Figure, figuresNotebook } from "../../figures/index.ts";
import type { AttackOptions, AttackResult } from "../../simulate/index.ts";
import { saveText } from "../parts/save.ts";

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

export function HandOn({ result, figures }: { readonly result: AttackResult; readonly figures: readonly Figure[] }) {
  const files: readonly (readonly [title: string, name: string, type: string, text: () => string])[] = [
    ["Specification", "attack.json", "application/json", () => json(result.options)],
    ["TypeScript, runnable", "attack.mjs", "text/javascript", () => script(result.options)],
    ["Notebook", "attack.ipynb", "application/x-ipynb+json", () => notebookOf(result, figures)],
    ["All numbers as JSON", "attack-result.json", "application/json", () => json(result)],
  ];
  return (
    <section class="card" aria-label="For elsewhere">
      <p class="row">
        <span>This attack as</span>
        {files.map(([title, name, type, text]) => (
          <button key={name} type="button" class="quiet" onClick={() => saveText(name, type, text())}>
            {title}
          </button>
        ))}
      </p>
    </section>
  );
}

function script(options: AttackOptions): string {
  return `// node attack.mjs, or as TypeScript: an attack on what the services would release, and the audited bounds.
import { simulateAttack } from "paceline/simulate";

const result = await simulateAttack(${JSON.stringify(options, null, 2)});
console.log(JSON.stringify(result, null, 2));
`;
}

function notebookOf(result: AttackResult, figures: readonly Figure[]): string {
  return figuresNotebook({ title: result.title, about: result.says, json: JSON.stringify(result), figures });
}
