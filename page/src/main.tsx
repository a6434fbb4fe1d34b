/* The page: which language, which theme, which view. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, post, Problem } from "./api";
import { Decisions } from "./decisions";
import { ReportPage } from "./report";
import { setInfo } from "./review";
import { useAddress } from "./route";
import { Stories } from "./stories";
import { StoryPage } from "./story";
import "./style.css";
import type { Info } from "./types";
import { Failure, Link, Notices } from "./ui";
import { language, setLanguage, t } from "./words";

const themes = ["auto", "light", "dark"] as const;

function setTheme(theme: string): void {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("relata.theme", theme);
}

/* The language chosen before, else the first of the reader's that has a pack, else English. */
function wanted(info: Info): string {
  const tags = info.languages.map((l) => l.tag);
  const asked = [localStorage.getItem("relata.language") ?? "", ...navigator.languages];
  for (const a of asked) for (const tag of [a, a.split("-")[0]]) if (tags.includes(tag)) return tag;
  return "en";
}

function View({ info }: { info: Info }) {
  const { path } = useAddress();
  const [first, setFirst] = useState(path);
  useEffect(() => {
    if (first !== path) {
      setFirst(path);
      scrollTo(0, 0);
      document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    }
  }, [path]);
  const m = /^\/(story|report)\/([0-9a-zA-Z]+)$/.exec(path);
  if (m) return m[1] === "story" ? <StoryPage key={m[2]} id={m[2]} /> : <ReportPage key={m[2]} id={m[2]} />;
  return path === "/decisions" ? <Decisions /> : <Stories info={info} />;
}

function Bar({ info, change }: { info: Info; change: (tag: string) => void }) {
  const [theme, set] = useState(localStorage.getItem("relata.theme") ?? "auto");
  const { path } = useAddress();
  return (
    <header class="top">
      <a class="skip" href="#main">
        {t("page.skip")}
      </a>
      <nav aria-label="relata">
        <Link to="/" class="name" aria-current={path === "/" ? "page" : undefined}>
          relata
        </Link>
        <Link to="/" aria-current={path === "/" ? "page" : undefined}>
          {t("page.stories")}
        </Link>
        <Link to="/decisions" aria-current={path === "/decisions" ? "page" : undefined}>
          {t("page.decisions")}
        </Link>
      </nav>
      <div class="settings">
        <label>
          <span class="sr">{t("page.reading_language")}</span>
          <select value={language()} onChange={(e) => change(e.currentTarget.value)}>
            {info.languages.map((l) => (
              <option key={l.tag} value={l.tag} lang={l.tag}>
                {l.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="sr">{t("page.theme")}</span>
          <select value={theme} onChange={(e) => (set(e.currentTarget.value), setTheme(e.currentTarget.value))}>
            {themes.map((x) => (
              <option key={x} value={x}>
                {t("page.theme." + x)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </header>
  );
}

function Login({ done }: { done: () => void }) {
  const [token, setToken] = useState("");
  const [wrong, setWrong] = useState(false);
  const send = (e: Event) => {
    e.preventDefault();
    post("/login", { token: token.trim() }).then(done, () => setWrong(true));
  };
  return (
    <main id="main" class="login">
      <h1>relata</h1>
      <form onSubmit={send}>
        <label>
          Token
          <input type="password" required autoComplete="current-password" value={token} onInput={(e) => setToken(e.currentTarget.value)} />
        </label>
        {wrong && <p role="alert">This token is not known.</p>}
        <button type="submit" class="main">
          Enter
        </button>
      </form>
    </main>
  );
}

function Page() {
  const [info, set] = useState<Info | null>(null);
  const [error, setError] = useState<Problem | null>(null);
  const [tag, setTag] = useState("");
  const begin = () => {
    setError(null);
    get<Info>("")
      .then(async (i) => {
        setInfo(i);
        const l = wanted(i);
        await setLanguage(l);
        set(i);
        setTag(l);
      })
      .catch(setError);
  };
  useEffect(begin, []);
  const change = (l: string) => {
    localStorage.setItem("relata.language", l);
    setLanguage(l).then(() => setTag(l), setError);
  };
  if (error?.status === 401) return <Login done={begin} />;
  if (error) return <Failure error={error} again={begin} />;
  if (!info || !tag) return null;
  return (
    <>
      <Bar info={info} change={change} />
      <main id="main" key={tag}>
        <View info={info} />
      </main>
      <Notices />
    </>
  );
}

document.documentElement.dataset.theme = localStorage.getItem("relata.theme") ?? "auto";
render(<Page />, document.getElementById("page")!);
