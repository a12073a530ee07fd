import type { DeviceClass, Source } from "../sample.ts";

const DEVICES_MAX = 100;

/** FNV-1a of 32 bits: tells a member's few apps or devices apart. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/**
 * Sources of one account by what its records call devices, which is said nowhere: several of them count the same steps. A device is
 * the same one in every file, in whichever order its files and rows come. Undefined for each after the first hundred of a file.
 */
export function devicesOf(
  account: Source,
  classOf: (name: string) => DeviceClass = () => account.deviceClass,
): (name: string) => Source | undefined {
  const known = new Map<string, Source>();
  return (name) => {
    let source = known.get(name);
    if (source === undefined && known.size < DEVICES_MAX) {
      source = { ...account, key: `${account.key} ${shortHash(name)}`, deviceClass: classOf(name) };
      known.set(name, source);
    }
    return source;
  };
}
