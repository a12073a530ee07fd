// One sheet for all: the page's own font and colours where it sets them, readable in light and dark, from 320 px on.
export const styles = `
:host { display: block; color-scheme: light dark; font: inherit; line-height: 1.5;
  --ink: var(--paceline-ink, light-dark(#1a1a1a, #f2f2f2)); --quiet: var(--paceline-quiet, light-dark(#555, #bbb));
  --line: var(--paceline-line, light-dark(#767676, #8f8f8f)); --accent: var(--paceline-accent, light-dark(#0b57d0, #a8c7fa));
  --paper: var(--paceline-paper, light-dark(#fff, #1b1b1b)); color: var(--ink); background: var(--paper); }
section { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; margin: 0 0 12px; }
h3 { font-size: 1em; margin: 0 0 4px; }
p { margin: 0 0 8px; } .quiet { color: var(--quiet); }
button { font: inherit; min-height: 44px; padding: 0 16px; border: 1px solid var(--accent); border-radius: 8px;
  background: var(--paper); color: var(--accent); cursor: pointer; margin: 0 8px 8px 0; }
button.main { background: var(--accent); color: var(--paper); }
button:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: start; font-weight: 600; padding-bottom: 4px; }
th, td { text-align: start; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
td.number { text-align: end; font-variant-numeric: tabular-nums; }
meter { width: 100%; height: 12px; }
ul { margin: 0 0 8px; padding-inline-start: 20px; }
@media (max-width: 480px) { thead { position: absolute; clip-path: inset(50%); } tr, td { display: block; } td { border: 0; padding: 2px 0; }
  td.number { text-align: start; } tr { border-bottom: 1px solid var(--line); padding: 8px 0; } td::before { content: attr(data-label) ": "; color: var(--quiet); } }
`;
