// Finds a Chromium for the tests that need a browser.
import { existsSync } from "node:fs";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * $PACELINE_CHROMIUM, else one that is installed, else the packaged one, which unpacks itself into the temporary folder.
 * @returns {Promise<string | undefined>} an executable; undefined where there is none, or $PACELINE_CHROMIUM is "none"
 */
export async function findChromium() {
  const wanted = process.env.PACELINE_CHROMIUM;
  if (wanted === "none") return undefined;
  if (wanted) {
    if (existsSync(wanted)) return wanted;
    process.stderr.write(`PACELINE_CHROMIUM names ${wanted}, which is not there\n`);
    return undefined;
  }
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return installed;
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    return await packaged.executablePath();
  } catch {
    return undefined;
  }
}
