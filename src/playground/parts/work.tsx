// What a piece of work says of itself: how far it is, how to end it, what went wrong and what to do.
import type { Job, Trouble } from "../shell/desk.ts";

export function Working({ job, name }: { readonly job: Job<unknown>; readonly name: string }) {
  if (!job.busy.value) return null;
  const share = job.share.value;
  return (
    <p class="working" role="status">
      <span>
        {name}
        {share === undefined ? "…" : `: ${Math.floor(100 * share)} %`}
      </span>
      <progress value={share} max={1} aria-label={name} />
      <button type="button" onClick={() => job.cancel()}>
        Stop
      </button>
    </p>
  );
}

/** Beside what could not be made anew. */
export const STALE = "What is shown is of before.";

/** @param stale whether something of before is still shown */
export function TroubleCard({ trouble, stale }: { readonly trouble: Trouble | undefined; readonly stale?: boolean }) {
  if (trouble === undefined) return null;
  return (
    <div class="trouble" role="alert">
      <p class="said">{trouble.message}</p>
      {trouble.hint === undefined ? null : <p>{trouble.hint}</p>}
      {stale ? <p class="muted">{STALE}</p> : null}
    </div>
  );
}
