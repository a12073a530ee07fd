// Files that the reader asks for, made here.

export function saveText(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser has taken it by the next turn of its loop; some take it later.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
