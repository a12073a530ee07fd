// Work that follows what somebody types, once they pause.
import { useEffect } from "preact/hooks";

const PAUSE_MS = 180;

export function useLater(work: () => void, inputs: readonly unknown[]): void {
  useEffect(() => {
    const timer = setTimeout(work, PAUSE_MS);
    return () => clearTimeout(timer);
  }, inputs as unknown[]);
}
