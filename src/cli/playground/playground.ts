// paceline playground: the page from the package, on this machine alone. It needs no service: the server hands out its files.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fail, PacelineError } from "../../base/errors.ts";
import { openInBrowser } from "../browser.ts";
import { type PageFile, pageFiles, writePage } from "./files.ts";

export interface PlaygroundFlags {
  readonly port?: string;
  readonly out?: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** The page's own policy, and who may not frame it, which a page cannot say of itself. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Ends by a signal, or at once with --out. */
export async function playgroundCommand({ port = "0", out, open, json = false }: PlaygroundFlags): Promise<void> {
  const files = pageFiles();
  if (out !== undefined) {
    const count = writePage(files, out);
    process.stdout.write(
      json ? `${JSON.stringify({ out, files: count })}\n` : `${count} files in ${out}: any static host serves them.\n`,
    );
    return;
  }
  const server = await servePage(files, numberOf(port));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ url })}\n`
      : `The playground: ${url}\nUntil Ctrl-C. Everything is computed in the page.\n`,
  );
  if (open === true) openInBrowser(url);
}

/** @param port 0 for any @throws PacelineError conflict */
export async function servePage(files: ReadonlyMap<string, PageFile>, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = files.get(pathname === "/" ? "index.html" : pathname.slice(1));
    const wanted = request.method === "GET" || request.method === "HEAD";
    if (file === undefined || !wanted) {
      response
        .writeHead(wanted ? 404 : 405, { "content-type": "text/plain" })
        .end(wanted ? "nothing is here\n" : "GET only\n");
      return;
    }
    response.writeHead(200, {
      "content-type": file.type,
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      // What has its content's hash in its name never changes; the page goes on from the cache when this server has ended.
      "cache-control": file.path.startsWith("assets/") ? "max-age=31536000, immutable" : "no-cache",
    });
    response.end(request.method === "HEAD" ? undefined : file.bytes);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }) =>
      reject(
        new PacelineError("conflict", `port ${port} cannot be listened on: ${message}`, {
          hint: "Choose another with --port.",
        }),
      ),
    );
    server.listen(port, "localhost", resolve);
  });
  return server;
}

function numberOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535
    ? port
    : fail("invalid_argument", `--port is a number from 0 to 65535, not ${JSON.stringify(text)}`);
}
