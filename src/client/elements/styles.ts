// One sheet for all: the page's own font and colours where it sets them, readable in light and dark, from 320 px on.
const styles = `
:host { display: block; color-scheme: light dark; font: inherit; line-height: 1.5;
  --ink: var(--paceline-ink, light-dark(#1a1a1a, #f2f2f2)); --quiet: var(--paceline-quiet, light-dark(#555, #bbb));
  --line: var(--paceline-line, light-dark(#767676, #8f8f8f)); --accent: var(--paceline-accent, light-dark(#0b57d0, #a8c7fa));
  --paper: var(--paceline-paper, light-dark(#fff, #1b1b1b)); --radius: var(--paceline-radius, 8px); color: var(--ink); }
section, .empty { border: 1px solid var(--line); border-radius: var(--radius); padding: 16px 20px; margin: 0 0 12px; background: var(--paper); }
h3 { font-size: 1em; margin: 0 0 4px; }
p { margin: 0 0 8px; } .quiet { color: var(--quiet); font-size: .9375em; }
section > :last-child { margin-bottom: 0; }
q { font-weight: 600; quotes: none; display: block; }
button { font: inherit; font-weight: 560; min-height: 48px; padding: 0 20px; border: 1px solid var(--accent); border-radius: 24px;
  background: var(--paper); color: var(--accent); cursor: pointer; margin: 4px 8px 8px 0; }
button:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 12px; margin: 0 0 8px; } header > * { margin: 0; }
.state { border-radius: 999px; padding: 0 12px; border: 1px solid var(--line); font-size: .875em; line-height: 1.6; }
.state.given { background: var(--accent); border-color: var(--accent); color: var(--paper); }
ul { margin: 0 0 8px; padding-inline-start: 20px; } li { margin: 0 0 4px; }
ol { list-style: none; margin: 0; padding: 0; } time { display: block; }
ol li { border: 1px solid var(--line); border-radius: var(--radius); padding: 16px 20px; margin: 0 0 12px; background: var(--paper); }
li p { margin: 0 0 4px; } li p:last-child { margin: 0; } li .what { font-weight: 600; } .what::first-letter { text-transform: uppercase; }
meter { appearance: none; display: block; width: 100%; height: 10px; border: 0; border-radius: 5px; margin: 8px 0; overflow: hidden;
  background: color-mix(in srgb, var(--accent) 18%, var(--paper)); }
meter::-webkit-meter-bar { border: 0; border-radius: 5px; background: color-mix(in srgb, var(--accent) 18%, var(--paper)); height: 10px; }
meter::-webkit-meter-optimum-value { background: var(--accent); } meter::-moz-meter-bar { background: var(--accent); }
`;

let sheet: CSSStyleSheet | undefined;

/** As a sheet made by script, which a content policy without inline styles lets through; as an element where engines have none. */
export function adopt(root: ShadowRoot): void {
  try {
    if (sheet === undefined) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    const element = document.createElement("style");
    element.textContent = styles;
    root.append(element);
  }
}
