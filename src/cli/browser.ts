// The reader's own browser; where there is none, nothing happens.
import { spawn } from "node:child_process";

/** @param what a path or an address */
export function openInBrowser(what: string): void {
  const opener = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  spawn(opener, [what], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
