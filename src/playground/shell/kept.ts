// What survives a reload, in the browser's own storage; where a browser forbids it, nothing does and nothing breaks.

const PREFIX = "paceline.playground.";

export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
  } catch {
    // Storage is full or forbidden: the address still holds the state.
  }
}
