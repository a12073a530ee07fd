// Where everybody begins: what this page is, and what can be learned in which room.
import type { RefObject } from "preact";
import { rooms } from "../rooms.ts";
import { Tour } from "./tour.tsx";

export function Start({ heading }: { readonly heading: RefObject<HTMLHeadingElement | null> }) {
  return (
    <>
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
