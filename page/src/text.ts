/* Reports' text as it may be shown. It never becomes markup: all of it goes through text nodes. What could turn the
 * order of figures around (bidi overrides, embeddings, isolates) and other unseen control characters are made seen. */

/* C0 but tab and line ends, C1, bidi embeddings, overrides and isolates, deprecated format characters, BOM, tags. */
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/* One line, at most max UTF-16 units, cut between characters. For titles and names. */
export function line(s: string | null | undefined, max = 300): string {
  if (!s) return "";
  const head = s
    .slice(0, max * 4)
    .replace(control, "\ufffd")
    .replace(/\s+/g, " ")
    .trim();
  return head.length > max ? head.slice(0, max).replace(/[\ud800-\udbff]$/, "") + "…" : head;
}

export interface Piece {
  text: string;
  control: boolean;
}

/* Text in pieces: what is to be shown as it is, and control characters by their code. */
export function pieces(s: string): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const m of s.matchAll(control)) {
    if (m.index! > at) out.push({ text: s.slice(at, m.index), control: false });
    out.push({ text: "U+" + m[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0"), control: true });
    at = m.index! + m[0].length;
  }
  if (at < s.length) out.push({ text: s.slice(at), control: false });
  return out;
}

/* UTF-16 indices of byte offsets. One pass over the text, whatever the number of offsets; an offset inside a
 * character gives that character's start. */
export function indices(text: string, bytes: Iterable<number>): Map<number, number> {
  const want = [...new Set(bytes)].sort((a, b) => a - b);
  const at = new Map<number, number>();
  let k = 0;
  let byte = 0;
  for (let i = 0; i < text.length && k < want.length;) {
    const c = text.charCodeAt(i);
    const pair = c >= 0xd800 && c < 0xdc00;
    const size = c < 0x80 ? 1 : c < 0x800 ? 2 : pair ? 4 : 3;
    while (k < want.length && want[k] < byte + size) at.set(want[k++], i);
    byte += size;
    i += pair ? 2 : 1;
  }
  while (k < want.length) at.set(want[k++], text.length);
  return at;
}

const rtlLetter = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|\ud83a[\udc00-\udfff]|\ud802|\ud803/;
const letter = /\p{L}/u;

/* The direction of a text by its first letter (the rule of dir=auto). */
export function direction(text: string): "ltr" | "rtl" {
  const m = letter.exec(text.slice(0, 4000));
  return m && rtlLetter.test(m[0]) ? "rtl" : "ltr";
}
