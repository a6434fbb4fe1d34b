/* Where it happened: the world's outlines (Natural Earth, by npm's world-atlas) come with the page, no tile from
 * anywhere. A mark's area goes by the number of claims; a ring is a country as a whole. */
import { geoAzimuthalEqualArea, geoEqualEarth, geoPath, type GeoPermissibleObjects } from "d3-geo";
import { useEffect, useMemo, useState } from "preact/hooks";
import { feature, mesh } from "topojson-client";
import outlines from "world-atlas/countries-50m.json?url";
import type { View } from "./account";
import type { Place } from "./types";
import { useSeen, useWidth } from "./ui";
import { number, place, t } from "./words";

interface World {
  land: GeoPermissibleObjects;
  borders: GeoPermissibleObjects;
}

let world: Promise<World> | null = null;

const load = () =>
  (world ??= fetch(outlines)
    .then((r) => r.json())
    .then((w) => ({
      land: feature(w, w.objects.land) as GeoPermissibleObjects,
      borders: mesh(w, w.objects.countries, (a, b) => a !== b),
    })));

interface Spot {
  p: Place;
  n: number;
}

function spots(view: View): Spot[] {
  const at = new Map<string, Spot>();
  for (const c of view.account.claims) {
    const p = c.place;
    if (!p || p.lat === null || p.lon === null) continue;
    const key = p.name + "/" + p.country;
    const s = at.get(key);
    s ? s.n++ : at.set(key, { p, n: 1 });
  }
  return [...at.values()].sort((a, b) => b.n - a.n);
}

/* The spots that nineteen in twenty claims are about: those the map shows at first. */
function main(of: Spot[]): Spot[] {
  let left = 0.95 * of.reduce((n, s) => n + s.n, 0);
  return of.filter((s) => (left > 0 ? (left -= s.n) || true : false));
}

/* A projection that holds the spots, and at least two degrees around them; zoom > 1 comes closer to the first. */
function project(of: Spot[], width: number, height: number, zoom: number) {
  const points = { type: "MultiPoint" as const, coordinates: of.map((s) => [s.p.lon!, s.p.lat!]) };
  const lons = points.coordinates.map((c) => c[0]);
  const lats = points.coordinates.map((c) => c[1]);
  const mid: [number, number] = [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
  const wide = Math.max(Math.max(...lons) - Math.min(...lons), Math.max(...lats) - Math.min(...lats));
  const near = wide < 70;
  const projection = near ? geoAzimuthalEqualArea().rotate([-mid[0], -mid[1]]).clipAngle(80) : geoEqualEarth();
  const edge = Math.min(36, width / 8);
  const box: [[number, number], [number, number]] = [
    [edge * 2, edge],
    [width - edge * 2, height - edge],
  ];
  const around = { type: "MultiPoint" as const, coordinates: [[mid[0] - 2, mid[1] - 2], [mid[0] + 2, mid[1] + 2], ...points.coordinates] };
  projection.fitExtent(box, near ? around : points);
  const [x, y] = projection(zoom > 1 ? [of[0].p.lon!, of[0].p.lat!] : mid) ?? [width / 2, height / 2];
  const [a, b] = projection.translate();
  projection.scale(projection.scale() * zoom).translate([width / 2 + (a - x) * zoom, height / 2 + (b - y) * zoom]);
  return projection.clipExtent([
    [-2, -2],
    [width + 2, height + 2],
  ]);
}

/* Where each spot is drawn; its name where no bigger spot's stands in the way. */
function mark(of: Spot[], projection: (at: [number, number]) => [number, number] | null, width: number, height: number) {
  const named: [number, number, number][] = [];
  return of.flatMap((s) => {
    const at = projection([s.p.lon!, s.p.lat!]);
    if (!at || at[0] < 0 || at[1] < 0 || at[0] > width || at[1] > height) return [];
    const r = Math.min(4 + Math.sqrt(s.n) * 1.6, 24);
    const name = place(s.p);
    const [x, y, half] = [at[0], at[1] - r - 5, name.length * 3.6];
    const free = named.length < 40 && named.every((o) => Math.abs(o[1] - y) > 14 || Math.abs(o[0] - x) > o[2] + half);
    if (free) named.push([x, y, half]);
    return [{ s, at, r, name: free ? name : "" }];
  });
}

export function Places({ view, only, choose }: { view: View; only: string | null; choose: (name: string | null) => void }) {
  const of = useMemo(() => spots(view), [view]);
  const [seen, near] = useSeen<HTMLDivElement>();
  const [box, width] = useWidth<HTMLDivElement>();
  const both = (e: HTMLDivElement | null) => {
    seen.current = box.current = e;
  };
  const [zoom, setZoom] = useState(1);
  const [w, setWorld] = useState<World | null>(null);
  useEffect(() => {
    if (near) load().then(setWorld, () => {});
  }, [near]);
  const height = Math.min(360, Math.max(240, width / 2));
  const drawing = useMemo(() => {
    if (!width || !of.length) return null;
    const projection = project(main(of), width, height, zoom);
    const path = geoPath(projection);
    const marks = mark(of, projection, width, height);
    return { marks, land: w && path(w.land), borders: w && path(w.borders) };
  }, [of, width, zoom, w]);
  if (!of.length) return <p class="dim">{t("account.no_place")}</p>;
  return (
    <div class="places">
      <div class="map" ref={both}>
        {drawing && (
          <svg width={width} height={height} role="img" aria-label={t("page.map")}>
            <rect class="sea" width={width} height={height} />
            {drawing.land && <path class="land" d={drawing.land} />}
            {drawing.borders && <path class="border" d={drawing.borders} />}
            {drawing.marks.map(({ s, at, r, name }) => {
              const here = only === s.p.name;
              return (
                <g
                  key={s.p.name + s.p.country}
                  class={"spot" + (s.p.id === null ? " country" : "") + (here ? " chosen" : "")}
                  onClick={() => choose(here ? null : s.p.name)}
                >
                  <circle cx={at[0]} cy={at[1]} r={r} />
                  {name && (
                    <text x={at[0]} y={at[1] - r - 5} text-anchor="middle">
                      {name}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
        )}
        <p class="zoom">
          <button type="button" onClick={() => setZoom(Math.min(zoom * 2, 64))} aria-label={t("page.zoom_in")}>
            +
          </button>
          <button type="button" onClick={() => setZoom(Math.max(zoom / 2, 1 / 64))} aria-label={t("page.zoom_out")}>
            −
          </button>
        </p>
      </div>
      <ul class="choices">
        {of.slice(0, 40).map((s) => (
          <li key={s.p.name + s.p.country}>
            <button type="button" aria-pressed={only === s.p.name} onClick={() => choose(only === s.p.name ? null : s.p.name)}>
              <bdi>{place(s.p)}</bdi> <small>{number(s.n)}</small>
            </button>
          </li>
        ))}
      </ul>
      <p class="dim small">{t("account.places")}</p>
    </div>
  );
}
