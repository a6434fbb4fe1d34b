/* Small parts that all views are made of. */
import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { get, Problem } from "./api";
import { go } from "./route";
import { line } from "./text";
import type { Standing } from "./types";
import { standing, t, tongue } from "./words";

export function Link({ to, ...rest }: { to: string } & JSX.HTMLAttributes<HTMLAnchorElement>) {
  const click = (e: MouseEvent) => {
    if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(to);
  };
  return <a {...rest} href={to} onClick={click} />;
}

/* Text of reports and their outlets: isolated, in its own language and direction, one line. */
export const Foreign = ({ text, lang, max }: { text: string | null | undefined; lang?: string; max?: number }) => (
  <bdi lang={lang || undefined}>{line(text, max)}</bdi>
);

const shapes: Record<Standing, JSX.Element> = {
  current: <circle class="full" cx="8" cy="8" r="5" />,
  superseded: <circle class="hollow" cx="8" cy="8" r="5" />,
  contested: <path class="hollow" d="M8 2l6 6-6 6-6-6z" />,
  denied: <path class="cross" d="M3 3l10 10M13 3L3 13" />,
  part: (
    <>
      <circle class="hollow" cx="8" cy="8" r="5" />
      <path class="full" d="M8 3a5 5 0 0 0 0 10z" />
    </>
  ),
};

/* The sign of a standing, by shape: nothing hangs on colour. */
export const shape = (s: Standing) => shapes[s];
export const Sign = ({ of, named }: { of: Standing; named?: boolean }) => (
  <span class={"sign " + of}>
    <svg
      viewBox="0 0 16 16"
      aria-hidden={named ? "true" : undefined}
      role={named ? undefined : "img"}
      aria-label={named ? undefined : standing(of)}
    >
      {shapes[of]}
    </svg>
    {named && <span>{standing(of)}</span>}
  </span>
);

/* Hearsay, possible, denied; of those counted already, newly added: said beside a figure wherever it stands. */
export const Aside = ({ modality, kind }: { modality: string; kind?: string }) =>
  modality === "asserted" && !kind ? null : (
    <small class="aside">
      {kind && " " + t("kind_short." + kind)}
      {modality !== "asserted" && " " + t("modality_mark." + modality)}
    </small>
  );

export const Tongues = ({ of }: { of: string[] }) => (
  <span class="tongues">
    {of.map((l) => (
      <abbr key={l} title={tongue(l)}>
        {l}
      </abbr>
    ))}
  </span>
);

export interface Got<T> {
  data: T | null;
  error: Problem | null;
  busy: boolean;
  again: () => void;
}

/* What the API has at path; the old stays until the new is there. */
export function useGet<T>(path: string | null, query: Record<string, string | number | undefined | null> = {}): Got<T> {
  const key = path && path + JSON.stringify(query);
  const [state, set] = useState<{ key: string | null; data: T | null; error: Problem | null }>({ key: null, data: null, error: null });
  const [turn, next] = useState(0);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!path) return;
    const stop = new AbortController();
    setBusy(true);
    get<T>(path, query, stop.signal)
      .then((data) => set({ key, data, error: null }))
      .catch((error) => error.name !== "AbortError" && set((s) => ({ key, data: s.key === key ? s.data : null, error })))
      .finally(() => !stop.signal.aborted && setBusy(false));
    return () => stop.abort();
  }, [key, turn]);
  const again = useCallback(() => next((n) => n + 1), []);
  return { data: path ? state.data : null, error: state.error, busy, again };
}

export function Failure({ error, again }: { error: Problem; again?: () => void }) {
  return (
    <div class="failure" role="alert">
      <p>
        {error.status ? t("page.error") : t("page.unreachable")} {error.message && <bdi>{line(error.message)}</bdi>}
      </p>
      {again && (
        <button type="button" onClick={again}>
          {t("page.try_again")}
        </button>
      )}
    </div>
  );
}

/* The first of a long list; more at the button, or where it grows as its end comes near. */
export function Lazy<T>({
  of,
  step,
  grows,
  as: End = "div",
  children,
}: {
  of: T[];
  step: number;
  grows?: boolean;
  as?: "div" | "li";
  children: (items: T[]) => ComponentChildren;
}) {
  const [n, set] = useState(step);
  const end = useRef<any>(null);
  const more = n < of.length;
  useEffect(() => {
    if (!grows || !more || !end.current) return;
    const seen = new IntersectionObserver((e) => e.some((x) => x.isIntersecting) && set((k) => k + step), { rootMargin: "600px" });
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [n, more]);
  return (
    <>
      {children(of.slice(0, n))}
      {more && (
        <End ref={end} class="more">
          <button type="button" onClick={() => set(n + step)}>
            {t("page.more", { n: of.length - n })}
          </button>
        </End>
      )}
    </>
  );
}

/* Is it near the window yet? Once yes, always yes. */
export function useSeen<E extends Element>(): [{ current: E | null }, boolean] {
  const ref = useRef<E>(null);
  const [seen, set] = useState(false);
  useEffect(() => {
    if (seen || !ref.current) return;
    const o = new IntersectionObserver((e) => e.some((x) => x.isIntersecting) && set(true), { rootMargin: "400px" });
    o.observe(ref.current);
    return () => o.disconnect();
  }, [seen]);
  return [ref, seen];
}

/* The width of an element in pixels, 0 before it is known. */
export function useWidth<E extends Element>(): [{ current: E | null }, number] {
  const ref = useRef<E>(null);
  const [width, set] = useState(0);
  useLayoutEffect(() => {
    if (!ref.current) return;
    const o = new ResizeObserver(([e]) => set(Math.round(e.contentRect.width)));
    o.observe(ref.current);
    return () => o.disconnect();
  }, []);
  return [ref, width];
}

export function useMedia(query: string): boolean {
  const [is, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const m = matchMedia(query);
    const on = () => set(m.matches);
    m.addEventListener("change", on);
    return () => m.removeEventListener("change", on);
  }, [query]);
  return is;
}

/* What belongs behind a button: closes on Escape and when the focus or a click goes elsewhere. */
export function Menu({ label, children }: { label: string; children: ComponentChildren }) {
  const ref = useRef<HTMLDetailsElement>(null);
  const close = (focus: boolean) => {
    if (!ref.current?.open) return;
    ref.current.open = false;
    if (focus) ref.current.querySelector("summary")?.focus();
  };
  useEffect(() => {
    const out = (e: Event) => !ref.current?.contains(e.target as Node) && close(false);
    document.addEventListener("pointerdown", out);
    document.addEventListener("focusin", out);
    return () => {
      document.removeEventListener("pointerdown", out);
      document.removeEventListener("focusin", out);
    };
  }, []);
  const key = (e: KeyboardEvent) => {
    if (e.key !== "Escape" || !ref.current?.open) return;
    e.stopPropagation();
    close(true);
  };
  return (
    <details class="menu" ref={ref} onKeyDown={key}>
      <summary>{label}</summary>
      <div class="sheet">{children}</div>
    </details>
  );
}

/* A dialog that keeps the focus until it is closed. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby="dialog-title" onClose={close} onCancel={close}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

/* ---- what just happened, said once ---- */

let tell: (message: string, undo?: () => void) => void = () => {};
export const notice = (message: string, undo?: () => void) => tell(message, undo);

export function Notices() {
  const [at, set] = useState<{ message: string; undo?: () => void } | null>(null);
  tell = (message, undo) => set({ message, undo });
  return (
    <div class="notices" role="status">
      {at && (
        <p>
          {at.message}{" "}
          {at.undo && (
            <button type="button" onClick={() => (set(null), at.undo!())}>
              {t("page.undo")}
            </button>
          )}
          <button type="button" class="quiet" onClick={() => set(null)} aria-label={t("page.close")}>
            ×
          </button>
        </p>
      )}
    </div>
  );
}
