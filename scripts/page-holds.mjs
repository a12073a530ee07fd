// What the playground's bundle may hold: pure rooms, the page itself, and of the platform what a page of pure code needs. No service,
// no shell, no store but one that forgets, nothing of Node's.
import { pureRooms, roomOf } from "./rooms.mjs";

const ROOMS = new Set([...pureRooms, "playground", "playground/stack", "storage/memory", "platform/noble"]);
/** Of the platform: no store, and nothing that sends. */
const FILES =
  /^src\/platform\/(?:worker-errors|web\/(?:clock|crypto|engine-crypto|entropy|index|keystream|portable-crypto|seal|sealing-crypto|subtle))\.ts$/;
const PACKAGES = [
  ...["@babel/runtime", "@chevrotain", "@noble", "@preact", "chevrotain", "comlink", "d3-", "escape-latex", "fflate"],
  ...["internmap", "mathjs", "preact", "seedrandom", "tiny-emitter", "typed-function", "zod"],
];
/** As minified text, whatever brought it there: imports of what a browser has not, and what only services and stores say. */
const TEXT =
  /(?:\b(?:from|import|require)\(?["'](?:node:|hono|kysely|pg["']))|\bcreateServer\b|\bDatabaseSync\b|CREATE TABLE|\bindexedDB\b/;

/**
 * @param {readonly string[]} modules files, from the top of the repository, something of which is in the bundle
 * @param {readonly { readonly name: string, readonly text: string }[]} files as they are served
 * @returns {string[]} what must not be there
 */
export function strangersIn(modules, files) {
  const strange = modules.filter((path) => {
    const inside = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.slice(path.lastIndexOf("node_modules/")))?.[1];
    if (inside !== undefined) return !PACKAGES.some((name) => inside.startsWith(name));
    return path.startsWith("src/") && !ROOMS.has(roomOf(path) ?? "") && !FILES.test(path);
  });
  const said = files.flatMap(({ name, text }) => {
    const found = TEXT.exec(text);
    return found === null ? [] : [`${name} says ${found[0]}`];
  });
  return [...strange, ...said];
}

/** A part of a build, of the page and of its worker, that collects the files something of which is left. */
export function modulesLeft() {
  /** @type {Set<string>} */
  const left = new Set();
  const plugin = {
    name: "modules-left",
    /** @param {unknown} _ @param {import("rolldown").OutputBundle} bundle */
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === "chunk")
          for (const [id, { renderedLength }] of Object.entries(chunk.modules))
            if (renderedLength > 0)
              left.add(id.replaceAll("\\", "/").replace(`${process.cwd().replaceAll("\\", "/")}/`, ""));
    },
  };
  return { left, plugin };
}
