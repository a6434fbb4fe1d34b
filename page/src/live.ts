/* Server-sent events, one connection for the page while it can be seen: a browser allows six to a server, and tabs in
 * the background need none. Whoever comes back to a tab is told that anything may have changed. */
import { useEffect, useRef } from "preact/hooks";
import { url } from "./api";

type Kind = "report" | "story" | "decision";
interface Event {
  kind: Kind | "any";
  story?: string;
  report?: string;
  target?: string;
}

const hearers = new Set<(e: Event) => void>();
let source: EventSource | null = null;

function open(): void {
  source = new EventSource(url("/events"));
  for (const kind of ["report", "story", "decision"] as const)
    source.addEventListener(kind, (m) => {
      let data = {};
      try {
        data = JSON.parse((m as MessageEvent).data);
      } catch {
        return;
      }
      for (const h of hearers) h({ ...data, kind });
    });
}

document.addEventListener("visibilitychange", () => {
  if (!hearers.size) return;
  source?.close();
  source = null;
  if (document.hidden) return;
  open();
  for (const h of hearers) h({ kind: "any" });
});

/* Call hear once things are quiet for 400 ms after events that concern. */
export function useLive(concerns: (e: Event) => boolean, hear: () => void): void {
  const latest = useRef({ concerns, hear });
  latest.current = { concerns, hear };
  useEffect(() => {
    let timer = 0;
    const on = (e: Event) => {
      if (!latest.current.concerns(e)) return;
      clearTimeout(timer);
      timer = window.setTimeout(() => latest.current.hear(), 400);
    };
    hearers.add(on);
    if (!source) open();
    return () => {
      clearTimeout(timer);
      hearers.delete(on);
    };
  }, []);
}
