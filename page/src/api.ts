/* The server's API. Every failure is a Problem with the server's own words. ETags are the browser's work: answers
 * carry `Cache-Control: no-cache`, so that what has not changed is not sent again. */
import type { Decision } from "./types";

const root = "/api/v1";

export class Problem extends Error {
  constructor(
    public status: number,
    message: string,
    public decisions: Decision[] = [],
  ) {
    super(message);
  }
}

export function url(path: string, query: Record<string, string | number | undefined | null> = {}): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v != null && v !== "") q.set(k, String(v));
  const s = q.toString();
  return root + path + (s ? "?" + s : "");
}

async function ask<T>(address: string, init?: RequestInit): Promise<T> {
  let r: Response;
  try {
    r = await fetch(address, { credentials: "same-origin", ...init });
  } catch (e) {
    if ((e as Error).name === "AbortError") throw e;
    throw new Problem(0, "");
  }
  const body = r.status === 204 ? null : await r.json().catch(() => null);
  if (!r.ok) throw new Problem(r.status, body?.detail || body?.title || r.statusText, body?.decisions);
  return body as T;
}

export const get = <T>(path: string, query = {}, signal?: AbortSignal) => ask<T>(url(path, query), { signal });

export const post = <T>(path: string, body: unknown) =>
  ask<T>(url(path), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Relata": "1" },
    body: JSON.stringify(body),
  });
