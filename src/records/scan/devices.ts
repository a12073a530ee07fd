import type { Source } from "../sample.ts";

const DEVICES_MAX = 100;

/** Sources of one account by what its records call devices, which is said nowhere: several of them count the same steps. */
export function devicesOf(account: Source): (name: string) => Source {
  const known = new Map<string, Source>();
  return (name) => {
    let source = known.get(name);
    if (source === undefined && known.size < DEVICES_MAX) {
      source = { ...account, key: `${account.key}-${known.size + 1}` };
      known.set(name, source);
    }
    return source ?? account;
  };
}
