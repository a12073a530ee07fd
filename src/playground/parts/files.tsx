// What a result is handed on as: files that are made when they are asked for.
import { saveText } from "./save.ts";

export interface MadeFile {
  readonly title: string;
  readonly name: string;
  readonly type: string;
  text(): string;
}

export const jsonFile = (title: string, name: string, value: unknown): MadeFile => ({
  ...{ title, name, type: "application/json" },
  text: () => `${JSON.stringify(value, null, 2)}\n`,
});

export function Files({ of, files }: { readonly of: string; readonly files: readonly MadeFile[] }) {
  return (
    <section class="card" aria-label="For elsewhere">
      <p class="row">
        <span>{of} as</span>
        {files.map(({ title, name, type, text }) => (
          <button key={name} type="button" class="quiet" onClick={() => saveText(name, type, text())}>
            {title}
          </button>
        ))}
      </p>
    </section>
  );
}
