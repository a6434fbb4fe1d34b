/* Addresses of the page: /, /story/ID, /report/RID, /decisions; what is open or chosen stands in the query, so that
 * every view can be linked to and gone back to. */
import { useEffect, useState } from "preact/hooks";

const moved = new EventTarget();

export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  moved.dispatchEvent(new Event("move"));
}

addEventListener("popstate", () => moved.dispatchEvent(new Event("move")));

export function useAddress(): { path: string; query: URLSearchParams } {
  const [at, set] = useState(location.pathname + location.search);
  useEffect(() => {
    const on = () => set(location.pathname + location.search);
    moved.addEventListener("move", on);
    return () => moved.removeEventListener("move", on);
  }, []);
  const u = new URL(at, location.origin);
  return { path: u.pathname, query: u.searchParams };
}

/* The address at hand with some of its query changed; null or "" takes a key out. */
export function withQuery(change: Record<string, string | null>): string {
  const q = new URLSearchParams(location.search);
  for (const [k, v] of Object.entries(change)) v ? q.set(k, v) : q.delete(k);
  const s = q.toString();
  return location.pathname + (s ? "?" + s : "");
}
