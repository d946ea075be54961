// The picture: shapes over the still, their points, the names, the shape being laid.
import { middle, type Point } from '../geometry';
import { number, say } from '../page';
import { drawn, element, lay } from './dom';
import type { Draft } from './draft';
import { names, width, type Wish } from './labels';
import { called, type Shape } from './shapes';
import type { Sheet } from './sheet';
import type { Trial } from './trial';

const ARROW = 30;
const NAMED_FROM = 480;

export class Picture {
  /** The still's size in its own pixels: what « 1 px » means. */
  pixels = { width: 1920, height: 1080 };

  constructor(
    readonly svg: SVGSVGElement,
    private readonly sheet: Sheet,
    private readonly draft: Draft,
    private readonly trial: Trial,
  ) {}

  get size(): { w: number; h: number } {
    return { w: this.svg.clientWidth || 640, h: this.svg.clientHeight || 360 };
  }

  layer(id: string): SVGGElement {
    return document.getElementById(id) as unknown as SVGGElement;
  }

  focusPoint(i: number, j: number): void {
    this.layer('layer-shapes').querySelector<SVGGElement>(`[data-point="${i}-${j}"]`)?.focus({ preventScroll: true });
  }

  show(still: Blob, pixels: { width: number; height: number }): void {
    this.pixels = pixels;
    // A 4:3 view drawn on a 16:9 sheet would be stretched, and its lines judged wrongly.
    this.svg.style.aspectRatio = `${pixels.width} / ${pixels.height}`;
    lay(this.layer('layer-still'), still);
  }

  gone(): void {
    lay(this.layer('layer-still'), null);
  }

  /** What a screen reader says of a point. */
  about(shape: Shape, j: number): string {
    const [x, y] = shape.points[j] ?? [0, 0];
    return say('vertex', { shape: called(shape, this.sheet.shapes), n: j + 1, of: shape.points.length, x: number(x, 3), y: number(y, 3) });
  }

  draw(): void {
    const { w, h } = this.size;
    this.svg.setAttribute('viewBox', `0 0 ${w} ${h}`);
    const still = this.layer('layer-still').firstElementChild;
    still?.setAttribute('width', String(w));
    still?.setAttribute('height', String(h));
    const focused = document.activeElement?.getAttribute('data-point');
    const place = this.layer('layer-shapes');
    const { shapes, chosen } = this.sheet;
    place.replaceChildren(
      ...shapes.map((shape, i) => this.body(shape, i)),
      // The chosen shape's points lie on top: they are the ones that a finger is after.
      ...shapes.flatMap((shape, i) => (i === chosen ? [] : this.handles(shape, i))),
      ...(shapes[chosen] ? [...this.betweens(shapes[chosen], chosen), ...this.handles(shapes[chosen], chosen)] : []),
    );
    const points = shapes.flatMap((shape) => this.px(shape.points));
    this.layer('layer-names').replaceChildren(...names(this.wishes(), points, { w, h }));
    this.drawDraft();
    this.svg.classList.toggle('e-drawing', this.draft.drawing);
    element('finish').hidden = !this.draft.enough;
    if (focused) place.querySelector<SVGGElement>(`[data-point="${focused}"]`)?.focus({ preventScroll: true });
  }

  px(points: Point[]): Point[] {
    const { w, h } = this.size;
    return points.map(([x, y]) => [x * w, y * h]);
  }

  private body(shape: Shape, i: number): SVGElement {
    const outline = path(this.px(shape.points), shape.kind !== 'line');
    const group = drawn('g', { class: `e-shape e-${shape.kind}${i === this.sheet.chosen ? ' e-chosen' : ''}`, 'data-shape': i });
    group.append(drawn('path', { d: outline, class: 'e-hit' }), drawn('path', { d: outline, class: 'e-halo' }));
    group.append(drawn('path', { d: outline, class: 'e-line-self', ...(shape.kind === 'mask' ? { fill: 'url(#mask-hatch)' } : {}) }));
    if (shape.kind === 'zone' && shape.use === 'one-way' && shape.way) {
      const [from, to] = this.px(shape.way) as [Point, Point];
      const d = arrowTo(from, to);
      group.append(drawn('path', { d, class: 'e-halo' }), drawn('path', { d, class: 'e-way' }));
    }
    if (shape.kind === 'line') {
      for (const way of [0, 1] as const) {
        const d = this.arrow(shape, way).d;
        group.append(drawn('path', { d, class: 'e-halo' }), drawn('path', { d, class: way === 0 ? 'e-way' : 'e-way e-back' }));
      }
    }
    return group;
  }

  /** The arrow of one way: the first goes from the left to the right of a walk along the line. */
  private arrow(shape: Shape, way: 0 | 1): { d: string; tip: Point; out: Point } {
    const { point, right } = middle(this.px(shape.points));
    const sign = way === 0 ? 1 : -1;
    const [rx, ry] = [right[0] * sign, right[1] * sign];
    const [x, y] = point;
    const tip: Point = [x + rx * ARROW, y + ry * ARROW];
    return { d: arrowTo(point, tip), tip, out: [rx, ry] };
  }

  private wishes(): Wish[] {
    const { shapes, chosen } = this.sheet;
    const order = shapes.map((_, i) => i).sort((a, b) => Number(b === chosen) - Number(a === chosen));
    // A small picture names the ways of one line at a time.
    const ways = order.filter((i) => shapes[i]?.kind === 'line' && (this.size.w >= NAMED_FROM || i === chosen));
    return [
      ...ways.flatMap((i) => ([0, 1] as const).map((way) => this.wayWish(shapes[i] as Shape, way))),
      ...order.map((i) => this.nameWish(shapes[i] as Shape)),
    ];
  }

  private wayWish(shape: Shape, way: 0 | 1): Wish {
    const text = (shape.directions[way] ?? '') + this.trial.said(shape, way);
    const { tip, out } = this.arrow(shape, way);
    const reach = Math.abs(out[0]) * (width(text) / 2 + 4) + Math.abs(out[1]) * 12;
    const along: Point = [-out[1], out[0]];
    const at = (far: number, aside: number): Point => [tip[0] + out[0] * (reach + far) + along[0] * aside, tip[1] + out[1] * (reach + far) + along[1] * aside];
    return { text, places: [at(0, 0), at(0, 18), at(0, -18), at(14, 0), at(4, 36), at(4, -36), at(24, 24), at(24, -24)] };
  }

  private nameWish(shape: Shape): Wish {
    const text = called(shape, this.sheet.shapes);
    const points = this.px(shape.points);
    const half = width(text) / 2;
    if (shape.kind === 'line') {
      const [x, y] = points[0] as Point;
      const [u, v] = points.at(-1) as Point;
      const around = ([a, b]: Point): Point[] => [[a, b - 20], [a, b + 20], [a + half + 14, b], [a - half - 14, b]];
      return { text, places: [...around([x, y]), ...around([u, v])] };
    }
    const xs = points.map((p) => p[0]);
    const ys = points.map((p) => p[1]);
    const centre: Point = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    const top = Math.min(...ys);
    const bottom = Math.max(...ys);
    return { text, places: [[centre[0], top + 16], centre, [centre[0], bottom - 16], [centre[0], top - 14], [centre[0], bottom + 14]] };
  }

  private handles(shape: Shape, i: number): SVGElement[] {
    const chosen = i === this.sheet.chosen;
    return this.px(shape.points).map(([x, y], j) => {
      const handle = drawn('g', { tabindex: 0, role: 'button', 'aria-label': this.about(shape, j), 'data-point': `${i}-${j}`, class: `e-handle${chosen ? ' e-chosen' : ''}` });
      handle.append(drawn('circle', { cx: x, cy: y, r: 22, class: 'e-grip' }), drawn('circle', { cx: x, cy: y, r: chosen ? 7 : 5, class: 'e-dot' }));
      return handle;
    });
  }

  /** Half-way marks of the chosen shape: dragging one makes a point. */
  private betweens(shape: Shape, i: number): SVGElement[] {
    return betweens(shape, this.px(shape.points)).map(({ at: [x, y], j }) => {
      const mark = drawn('g', { 'data-between': `${i}-${j}`, class: 'e-between' });
      mark.append(drawn('circle', { cx: x, cy: y, r: 16, class: 'e-grip' }), drawn('circle', { cx: x, cy: y, r: 5, class: 'e-small' }));
      return mark;
    });
  }

  private drawDraft(): void {
    const place = this.layer('layer-draft');
    place.replaceChildren();
    const points = this.px(this.draft.points);
    if (points.length) {
      place.append(drawn('path', { d: path(points, false), class: 'e-halo' }), drawn('path', { d: path(points, false), class: 'e-draft' }));
      for (const [x, y] of points) place.append(drawn('circle', { cx: x, cy: y, r: 5, class: 'e-dot' }));
    }
    if (!this.draft.drawing || !this.draft.byKeys) return;
    const [x, y] = this.px([this.draft.cross])[0] as Point;
    const d = `M${x - 14} ${y}H${x + 14}M${x} ${y - 14}V${y + 14}`;
    place.append(drawn('path', { d, class: 'e-halo' }), drawn('path', { d, class: 'e-cross' }));
  }
}

/** Where a shape may get a further point: the middle of every side long enough to tell. */
export function betweens(shape: Shape, points: Point[]): { at: Point; j: number }[] {
  return points.flatMap((a, j) => {
    const b = points[(j + 1) % points.length];
    if (!b || (shape.kind === 'line' && j === points.length - 1)) return [];
    if (Math.hypot(b[0] - a[0], b[1] - a[1]) < 60) return [];
    return [{ at: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as Point, j }];
  });
}

/** A straight arrow. */
function arrowTo([x, y]: Point, [tx, ty]: Point): string {
  const length = Math.hypot(tx - x, ty - y) || 1;
  const [rx, ry] = [(tx - x) / length, (ty - y) / length];
  const head = `M${tx - rx * 8 - ry * 6} ${ty - ry * 8 + rx * 6}L${tx} ${ty}L${tx - rx * 8 + ry * 6} ${ty - ry * 8 - rx * 6}`;
  return `M${x} ${y}L${tx} ${ty}${head}`;
}

function path(points: Point[], closed: boolean): string {
  return `M${points.map((p) => p.map((v) => v.toFixed(1)).join(' ')).join('L')}${closed ? 'Z' : ''}`;
}
