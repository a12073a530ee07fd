// Whose time it is. A device's clock may be wrong by years; the coordinator says its own with every answer. What a question's
// opening and closing is measured by is the device's clock, corrected by at most a day towards the coordinator's: a lie about
// the time then moves an answer by a day at most, and never past a question's end as the device knows it. Ledgers go by the
// device's clock and the manifest alone.
import type { Clock } from "../ports/clock.ts";
import type { TransportResponse } from "../ports/transport.ts";

/** The most that the coordinator's word moves the device's time. */
export const SKEW_MAX_MS = 86_400_000;
/** HTTP's dates are whole seconds, and an answer takes its time: less is no difference. */
const SAME_MS = 120_000;

export interface Time extends Clock {
  /** Notes what the coordinator says. */
  heard(response: TransportResponse): void;
  /**
   * Whether this moment, in milliseconds since 1970, has passed for sure: by the coordinator's own word and by the corrected
   * time. A clock that jumps ahead makes nothing pass.
   */
  passed(moment: number): boolean;
}

export function newTime(clock: Clock): Time {
  let said: { readonly skew: number } | undefined;
  const now = () => {
    const own = clock.now();
    const skew = said?.skew ?? 0;
    if (Math.abs(skew) <= SAME_MS) return own;
    return own + Math.max(-SKEW_MAX_MS, Math.min(SKEW_MAX_MS, skew));
  };
  return {
    now,
    heard({ headers }) {
      const date = Date.parse(headers.date ?? "");
      if (Number.isFinite(date)) said = { skew: date - clock.now() };
    },
    passed: (moment) => said !== undefined && clock.now() + said.skew >= moment && now() >= moment,
  };
}
