// Where everybody begins: what this page is, and what can be learned in which room.
import type { RefObject } from "preact";
import { rooms } from "../rooms.ts";
import { Tour } from "./tour.tsx";

/** @param missing what the address names and nobody knows */
export function Start({
  heading,
  missing,
}: {
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly missing: string;
}) {
  return (
    <>
      {missing === "" ? null : (
        <p class="trouble" role="alert">
          There is no room called “{missing.slice(0, 40)}”. These are the rooms.
        </p>
      )}
      <div class="lead">
        <h1 ref={heading} tabIndex={-1}>
          Try privacy budgets out by looking
        </h1>
        <p>
          Paceline answers questions about many people's wearable data without anyone holding that data. Every answer
          carries noise, and every bit of exactness is paid for from a budget. Here you can see what a budget buys, what
          many answers add up to, and who sees what on the way, before anybody is asked anything.
        </p>
      </div>
      <ul class="tiles">
        {rooms.map(({ id, title, lead }) => (
          <li key={id} class="card">
            <h2>
              <a href={`#/${id}`}>{title}</a>
            </h2>
            <p>{lead}</p>
          </li>
        ))}
      </ul>
      <Tour />
    </>
  );
}
