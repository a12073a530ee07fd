// What goes wrong in a room stays in it: the others go on, and the page says what happened.
import { Component, type ComponentChildren } from "preact";
import { TroubleCard } from "../parts/work.tsx";
import { troubleOf } from "./desk.ts";

export class Guarded extends Component<{ readonly children: ComponentChildren }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const { message } = troubleOf(error);
    return (
      <TroubleCard
        trouble={{
          message: `this room failed: ${message}`,
          hint: "Open it without what stands behind ? in the address, or choose another room.",
        }}
      />
    );
  }
}
