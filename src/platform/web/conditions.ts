// What a page can know of its device: as much as the browser says, which is little, and undefined for the rest.
import type { DeviceConditions } from "../../ports/device-conditions.ts";

interface Known {
  readonly connection?: { readonly saveData?: boolean; readonly type?: string };
  getBattery?(): Promise<{ readonly charging: boolean; readonly level: number }>;
}

const navigatorOf = (): Known => (globalThis.navigator as unknown as Known | undefined) ?? {};

export const webConditions: DeviceConditions = {
  async metered() {
    const { connection } = navigatorOf();
    if (connection === undefined) return undefined;
    if (connection.saveData === true) return true;
    return connection.type === undefined ? undefined : connection.type === "cellular";
  },
  async battery() {
    try {
      const { charging, level } = (await navigatorOf().getBattery?.()) ?? {};
      return charging === undefined || level === undefined ? undefined : { charging, level };
    } catch {
      // A page that may not ask.
      return undefined;
    }
  },
  minuteOfDay(now) {
    const date = new Date(now);
    return 60 * date.getHours() + date.getMinutes();
  },
};
