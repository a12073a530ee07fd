// Uploads without Request and Response: most of what a service answers is this one request, and building both costs more
// than storing the report. Whatever is not the plainest upload there is goes the usual way, and answers are the same.
import type { IncomingMessage, ServerResponse } from "node:http";
import { concat } from "../base/bytes.ts";
import { TaskId } from "../protocol/dap/basics.ts";
import { isMediaType, mediaType } from "../protocol/dap/http.ts";
import { type ErrorLog, type HttpLimits, openHeaders, problemOfError } from "./app.ts";
import { dapProblem } from "./dap.ts";

/** Answers a request, or leaves it, untouched, to the app. @returns whether it is taken */
export type Direct = (request: IncomingMessage, response: ServerResponse) => boolean;

const PATH = /^\/tasks\/([A-Za-z0-9_-]{43})\/reports$/;
const LENGTH = /^[1-9]\d{0,8}$/;
/** What a URL can be made of without a second look. */
const HOST = /^[a-z0-9.-]+(:\d{1,5})?$/i;

/** @param handle gives the encoded UploadErrors, as for `uploadResource` */
export function directUploads(
  limits: HttpLimits,
  log: ErrorLog,
  handle: (task: Uint8Array, body: Uint8Array) => Promise<Uint8Array>,
): Direct {
  async function answer(response: ServerResponse, text: string, task: Uint8Array, body: Uint8Array): Promise<void> {
    try {
      const errors = await handle(task, body);
      if (errors.length === 0) response.writeHead(200, emptyHeaders).end();
      else response.writeHead(200, { ...errorHeaders, "content-length": errors.length }).end(errors);
    } catch (error) {
      const made = dapProblem(error, text) ?? problemOfError(error as Error, log);
      const document = new Uint8Array(await made.arrayBuffer());
      const headers = { ...openHeaders, ...Object.fromEntries(made.headers), "content-length": document.length };
      response.writeHead(made.status, headers).end(document);
    }
  }

  return (request, response) => {
    const text = plainUpload(request, limits.bodyBytesMax);
    const task = text === undefined ? undefined : taskOf(text);
    if (text === undefined || task === undefined) return false;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    // One that breaks off has no end, and nobody to answer.
    request.on("error", () => undefined);
    request.on("end", () => {
      const [first] = chunks;
      const body = first !== undefined && chunks.length === 1 ? plain(first) : concat(...chunks);
      answer(response, text, task, body).catch(() => response.destroy());
    });
    return true;
  };
}

const emptyHeaders = { ...openHeaders, "content-length": 0 };
const errorHeaders = { ...openHeaders, "content-type": mediaType("upload-errors") };

/** Not as a Buffer, whose slices are views. */
const plain = ({ buffer, byteOffset, length }: Buffer): Uint8Array => new Uint8Array(buffer, byteOffset, length);

/** The task in its address. */
function plainUpload({ method, url, httpVersion, headers }: IncomingMessage, bytesMax: number): string | undefined {
  if (method !== "POST" || httpVersion !== "1.1" || headers.expect !== undefined) return undefined;
  if (headers["content-encoding"] !== undefined) return undefined;
  if (headers["transfer-encoding"] !== undefined || !HOST.test(headers.host ?? "")) return undefined;
  const length = headers["content-length"] ?? "";
  if (!LENGTH.test(length) || Number(length) > bytesMax) return undefined;
  if (!isMediaType(headers["content-type"], "upload-req")) return undefined;
  return PATH.exec(url ?? "")?.[1];
}

/** Undefined when the text has stray bits. */
function taskOf(text: string): Uint8Array | undefined {
  try {
    return TaskId.fromText(text);
  } catch {
    return undefined;
  }
}
