// What every room can do with its state: hand it on as an address or as a notebook of its figures, and start over.
import { useSignal } from "@preact/signals";
import { saveText } from "../parts/save.ts";
import { shownFigures } from "../parts/shown.ts";
import { addressOf, leftOut, startOver } from "./state.ts";

export function RoomTools({ room, title }: { readonly room: string; readonly title: string }) {
  const said = useSignal("");
  const copy = async () => {
    const address = new URL(addressOf(room), location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      said.value = leftOut(room) ? "Copied, without a text that is too long for a link." : "Copied.";
    } catch {
      said.value = address;
    }
  };
  const notebook = async () => {
    const figures = shownFigures();
    if (figures.length === 0) {
      said.value = "There is no figure yet.";
      return;
    }
    // The figures' own code: no part of the first page.
    const { figuresNotebook } = await import("../../figures/figure-notebook.ts");
    const about = [
      "Computed in a page, by the code that Paceline's services, devices and commands run.",
      `The same state in the page: ${new URL(addressOf(room), location.href).href}`,
    ];
    saveText(`${room}.ipynb`, "application/x-ipynb+json", figuresNotebook({ title, about, figures }));
  };
  return (
    <div class="row tools">
      <button type="button" class="quiet" onClick={() => void copy()}>
        Copy the link to this state
      </button>
      <button type="button" class="quiet" onClick={() => void notebook()}>
        All figures as a notebook
      </button>
      <button type="button" class="quiet" onClick={() => startOver(room)}>
        Start over
      </button>
      <output>{said.value}</output>
    </div>
  );
}
