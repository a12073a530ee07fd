// What every room can do with its state: hand it on as an address, and start over.
import { useSignal } from "@preact/signals";
import { addressOf, startOver } from "./state.ts";

export function RoomTools({ room }: { readonly room: string }) {
  const said = useSignal("");
  const copy = async () => {
    const address = new URL(addressOf(room), location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      said.value = "Copied.";
    } catch {
      said.value = address;
    }
  };
  return (
    <div class="row tools">
      <button type="button" class="quiet" onClick={() => void copy()}>
        Copy the link to this state
      </button>
      <button type="button" class="quiet" onClick={() => startOver(room)}>
        Start over
      </button>
      <output>{said.value}</output>
    </div>
  );
}
