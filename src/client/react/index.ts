// paceline/react: a client's state and calls as hooks. The state is the client's own snapshot, so that components that show it
// agree, in concurrent rendering and on a server too, where it is that of somebody who never took part.
import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from "react";
import type { Client } from "../client.ts";
import type { LogEntry } from "../log.ts";
import type { Notice } from "../notices/notice.ts";
import { type ClientState, initialState } from "../view.ts";

/** Any client, whatever metrics of its operator's it knows. */
type AnyClient = Pick<Client, "snapshot" | "subscribe" | "notices" | "log">;

const Context = createContext<AnyClient | undefined>(undefined);

/** Gives the components inside a client: made once, by createClient, outside of any component. */
export function PacelineProvider({ client, children }: { readonly client: AnyClient; readonly children?: ReactNode }) {
  return createElement(Context.Provider, { value: client }, children);
}

/** The provider's client. @throws Error outside of a PacelineProvider */
export function useClient<C extends AnyClient = Client>(): C {
  const client = useContext(Context);
  if (client === undefined) throw new Error("useClient() is called outside of <PacelineProvider client={…}>");
  return client as C;
}

const onServer = () => initialState;

/** What there is to show: consents, budget, what waits, whether a sync runs. */
export function useClientState(): ClientState {
  const client = useClient<AnyClient>();
  return useSyncExternalStore(client.subscribe, client.snapshot, onServer);
}

/** What was read, read again whenever the client's state changes; `error` keeps the data that was there. */
export interface Reading<T> {
  readonly data: T | undefined;
  readonly error: unknown;
}

/** @param read the same function for as long as it reads the same thing */
function useReading<T>(client: AnyClient, read: () => Promise<T>): Reading<T> {
  const [reading, setReading] = useState<Reading<T>>({ data: undefined, error: undefined });
  useEffect(() => {
    let gone = false;
    const again = () =>
      void read().then(
        (data) => gone || setReading({ data, error: undefined }),
        (error: unknown) => gone || setReading(({ data }) => ({ data, error })),
      );
    again();
    const leave = client.subscribe(again);
    return () => {
      gone = true;
      leave();
    };
  }, [client, read]);
  return reading;
}

/** What is asked of the member now, in plain words. */
export function useNotices(language: "en" | "de" = "en"): Reading<readonly Notice[]> {
  const client = useClient<AnyClient>();
  return useReading(
    client,
    useCallback(() => client.notices(language), [client, language]),
  );
}

/** What left this device. */
export function useMemberLog(): Reading<readonly LogEntry[]> {
  const client = useClient<AnyClient>();
  return useReading(
    client,
    useCallback(() => client.log(), [client]),
  );
}

export type { ClientState, LogEntry, Notice };
