import type { MarkFile } from "../../ports/mark-file.ts";

/** A mark that is forgotten with the process. @param content what it held before */
export function memoryMark(content?: Uint8Array): MarkFile {
  let kept = content;
  return {
    read: async () => kept,
    async replace(next) {
      kept = next;
    },
  };
}
