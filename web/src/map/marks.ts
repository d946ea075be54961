// Marks over the map: places by shape, fill and word; arrows by width. Names keep clear of one another.
import { drawn } from '../editor/dom';
import type { Flow, Place, Scene, Spot } from './scene';
import type { Surface } from './surface';

const LENGTH = 58;
const SHAPES: Record<string, string> = {
  calm: 'M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0',
  busy: 'M0 -10L10 0L0 10L-10 0Z',
  dense: 'M0 -10L10.5 9H-10.5Z',
  critical: 'M-4.5 -10.5h9l6 6v9l-6 6h-9l-6 -6v-9z',
  gap: 'M-8 -8H8V8H-8Z',
  none: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0',
};

export interface Arrow {
  shaft: string;
  head: string;
  px: number;
  tip: Spot;
}

/** A curved arrow across a line, beside the one that goes the other way (keeping to its right). */
export function arrow(at: Spot, towards: Spot, px: number): Arrow {
  const length = Math.hypot(towards[0] - at[0], towards[1] - at[1]) || 1;
  const u: Spot = [(towards[0] - at[0]) / length, (towards[1] - at[1]) / length];
  // With y down, the right hand of u is (-uy, ux).
  const right: Spot = [-u[1], u[0]];
  const aside = px / 2 + 3;
  const head = Math.max(9, px * 1.1);
  const point = (along: number, side: number): Spot => [at[0] + u[0] * along + right[0] * side, at[1] + u[1] * along + right[1] * side];
  const start = point(-LENGTH / 2, aside);
  const neck = point(LENGTH / 2 - head * 0.6, aside);
  const bend = point(0, aside + 12);
  const tip = point(LENGTH / 2 + head * 0.4, aside - 2);
  // The head lies along the end of the curve.
  const slope = Math.atan2(tip[1] - bend[1], tip[0] - bend[0]);
  const wing = (sign: number): Spot => [tip[0] - Math.cos(slope) * head - sign * Math.sin(slope) * head * 0.7, tip[1] - Math.sin(slope) * head + sign * Math.cos(slope) * head * 0.7];
  const said = (spot: Spot) => `${spot[0].toFixed(1)} ${spot[1].toFixed(1)}`;
  return { shaft: `M${said(start)}Q${said(bend)} ${said(neck)}`, head: `M${said(tip)}L${said(wing(1))}L${said(wing(-1))}Z`, px, tip };
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

export class Marks {
  private scene: Scene | null = null;
  private chosen = '';
  private taken: Box[] = [];

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly surface: Surface,
    private readonly open: (name: string) => void,
  ) {
    surface.onMove(() => this.draw());
    svg.addEventListener('click', (event) => {
      const name = (event.target as Element).closest<SVGElement>('[data-mark]')?.dataset['mark'];
      if (name) this.open(name);
    });
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.draw();
  }

  choose(name: string): void {
    if (this.chosen === name) return;
    this.chosen = name;
    this.draw();
  }

  draw(): void {
    if (!this.scene) return;
    this.taken = [];
    const arrows = this.svg.querySelector('[data-arrows]');
    const places = this.svg.querySelector('[data-places]');
    const spots = this.scene.places.map((place) => this.surface.project(place.at));
    for (const [x, y] of spots) this.taken.push({ x: x - 11, y: y - 11, w: 22, h: 22 });
    arrows?.replaceChildren(this.scale(), ...this.flows(this.scene.flows));
    places?.replaceChildren(...this.scene.places.map((place, i) => this.place(place, spots[i] as Spot)));
  }

  /** A bar of so many metres, in the lower right corner. */
  private scale(): SVGElement {
    const { clientWidth: w, clientHeight: h } = this.svg;
    const [x, y] = this.scene?.places[0]?.at ?? this.scene?.base.origin ?? [0, 0];
    // A tiny step north: as long in metres wherever the map is.
    const step = this.scene?.base.metres ? 1 : 1 / 111195;
    const [a, b] = [this.surface.project([x, y]), this.surface.project([x, y + step])];
    const metre = Math.hypot(a[0] - b[0], a[1] - b[1]);
    const group = drawn('g', { class: 'scale' });
    if (!(metre > 0)) return group;
    const most = 120 / metre;
    const ten = 10 ** Math.floor(Math.log10(most));
    const metres = ten * (most / ten >= 5 ? 5 : most / ten >= 2 ? 2 : 1);
    const length = metres * metre;
    const d = `M${(w - 16 - length).toFixed(1)} ${h - 20}v6h${length.toFixed(1)}v-6`;
    const text = drawn('text', { x: w - 16 - length / 2, y: h - 22, 'text-anchor': 'middle', class: 'second' });
    text.textContent = metres >= 1000 ? `${metres / 1000}\u00a0km` : `${Number(metres.toPrecision(1))}\u00a0m`;
    group.append(drawn('path', { d, class: 'flow-halo', 'stroke-width': 4 }), drawn('path', { d, class: 'scale-bar' }), text);
    return group;
  }

  private flows(flows: Flow[]): SVGElement[] {
    const made: SVGElement[] = [];
    const labels: { text: string; at: Spot }[] = [];
    const atPlaces = new Map<string, { at: Spot; said: string[] }>();
    for (const flow of flows) {
      const at = this.surface.project(flow.at);
      if (!flow.towards) {
        const held = atPlaces.get(flow.line) ?? { at, said: [] };
        held.said.push(`${flow.way} ${flow.said}`);
        atPlaces.set(flow.line, held);
        continue;
      }
      const drawing = arrow(at, this.surface.project(flow.towards), flow.px);
      const group = drawn('g', { class: flow.tone ? `flow flow-${flow.tone}` : 'flow' });
      const title = drawn('title', {});
      title.textContent = flow.told.join('\n');
      group.append(
        title,
        drawn('path', { d: drawing.shaft, class: 'flow-halo', 'stroke-width': flow.px + 4 }),
        drawn('path', { d: drawing.head, class: 'flow-halo', 'stroke-width': 4 }),
        drawn('path', { d: drawing.shaft, class: 'flow-shaft', 'stroke-width': flow.px }),
        drawn('path', { d: drawing.head, class: 'flow-head' }),
      );
      if (flow.unsure) {
        group.append(
          drawn('path', { d: drawing.shaft, class: 'flow-unsure', stroke: 'url(#flow-hatch)', 'stroke-width': flow.px + 1 }),
          drawn('path', { d: drawing.head, fill: 'url(#flow-hatch)' }),
        );
      }
      made.push(group);
      labels.push({ text: flow.said, at: drawing.tip });
      this.taken.push({ x: drawing.tip[0] - 8, y: drawing.tip[1] - 8, w: 16, h: 16 });
    }
    for (const label of labels) made.push(...this.words([label.text], label.at, 'flow-said', 10));
    for (const { at, said } of atPlaces.values()) made.push(...this.words(said, [at[0], at[1] + 18], 'flow-said', 12));
    return made;
  }

  private place(place: Place, [x, y]: Spot): SVGElement {
    const kind = place.level ?? (place.gap ? 'gap' : 'none');
    const group = drawn('g', { class: `place${place.name === this.chosen ? ' place-chosen' : ''}`, 'data-mark': place.name });
    const mark = drawn('g', { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, class: `lvl lvl-${kind}` });
    mark.append(drawn('circle', { r: 22, class: 'place-grip' }), drawn('path', { d: SHAPES[kind] ?? '', class: 'place-ring' }), drawn('path', { d: SHAPES[kind] ?? '' }));
    // An alert that nobody has judged: a ring around the place, whatever its level.
    if (place.alert) mark.append(drawn('circle', { r: 15, class: 'place-alert' }));
    if (kind === 'critical') mark.append(drawn('path', { d: 'M0 -6v7M0 4v2.5', class: 'lvl-bang' }));
    if (kind === 'gap') mark.append(drawn('path', { d: 'M-7 4L4 -7M-5 7L7 -5', class: 'lvl-hatch' }));
    group.append(mark, ...this.words([place.label, [place.word, place.said].filter(Boolean).join(' ')].filter(Boolean), [x, y], 'place-said', 14));
    return group;
  }

  /** Lines of text beside a spot, on the first side where nothing else stands. */
  private words(lines: string[], [x, y]: Spot, kind: string, away: number): SVGElement[] {
    const w = Math.max(...lines.map((line) => line.length)) * 7.2 + 6;
    const h = lines.length * 16;
    const places: Box[] = [
      { x: x + away, y: y - h / 2, w, h },
      { x: x - away - w, y: y - h / 2, w, h },
      { x: x - w / 2, y: y - away - h, w, h },
      { x: x - w / 2, y: y + away, w, h },
    ];
    const fits = (box: Box) => {
      const { clientWidth, clientHeight } = this.svg;
      return box.x > 2 && box.y > 2 && box.x + box.w < clientWidth - 2 && box.y + box.h < clientHeight - 2 && !this.taken.some((other) => overlap(box, other));
    };
    const box = places.find(fits);
    // A name that finds no room is in the list.
    if (!box) return [];
    this.taken.push(box);
    const anchor = box === places[0] ? 'start' : box === places[1] ? 'end' : 'middle';
    const textX = anchor === 'start' ? box.x + 2 : anchor === 'end' ? box.x + box.w - 2 : box.x + box.w / 2;
    return lines.map((line, i) => {
      const text = drawn('text', { x: textX.toFixed(1), y: (box.y + 12.5 + i * 16).toFixed(1), 'text-anchor': anchor, class: `${kind}${i ? ' second' : ''}` });
      text.textContent = line;
      return text;
    });
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
