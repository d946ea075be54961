// The map of one place: its mark, its outline, and where cameras see the ground.
import { drawn } from '../editor/dom';
import { width } from '../editor/labels';
import { Loupe } from '../editor/loupe';
import { behind } from '../ground/glass';
import { type Desk, Hand, type Pane } from '../ground/hand';
import { draw, type Shown } from '../ground/marks';
import type { Spot } from '../map/scene';
import type { Surface } from '../map/surface';
import { say } from '../page';
import { MARK, type Model } from './model';

export interface Seen {
  label: string;
  outline: Spot[];
}

export class PlacePane implements Pane {
  readonly loupe: Loupe;
  readonly step: Spot = [1, 1];
  /** The mark in the hand. */
  chosen = '';

  constructor(
    readonly svg: SVGSVGElement,
    glass: HTMLCanvasElement,
    private readonly surface: Surface,
    private readonly model: Model,
    desk: Desk,
    private readonly seen: Seen[],
    picked: (spot: Spot) => void,
  ) {
    const place = document.getElementById('map-loupe') as unknown as SVGGElement;
    this.loupe = new Loupe(this, place, ['map-marks'], (window) => behind(glass, surface, window));
    surface.onPick(picked);
    surface.onMove(() => this.draw());
    new Hand(this, desk);
  }

  get size(): { w: number; h: number } {
    return { w: this.svg.clientWidth || 600, h: this.svg.clientHeight || 400 };
  }

  marks(): Map<string, Spot> {
    const names = [MARK, ...this.model.corners.keys()].map(String);
    return new Map(
      names.flatMap((name) => {
        const spot = this.model.spot(name);
        return spot ? [[name, this.surface.project(spot)] as const] : [];
      }),
    );
  }

  move(name: string, to: Spot): void {
    this.model.put(name, this.surface.unproject(to));
  }

  /** Of spots within that outline, the one in sight that lies farthest from the marks; null where none has room. */
  private free(points: Spot[], wide: number): Spot | null {
    const { w, h } = this.size;
    const middle = [0, 1].map((k) => points.reduce((sum, one) => sum + (one[k] ?? 0), 0) / points.length) as Spot;
    const marks = [...this.marks().values()];
    const spots = points.flatMap(([x, y]) => [0.15, 0.4, 0.7].map((share): Spot => [x + (middle[0] - x) * share, y + (middle[1] - y) * share]));
    let best: Spot | null = null;
    let farthest = 0;
    for (const [x, y] of spots) {
      if (x < wide / 2 || x > w - wide / 2 || y < 16 || y > h - 8) continue;
      const far = Math.min(200, ...marks.map(([a, b]) => Math.hypot(Math.max(0, Math.abs(a - x) - wide / 2), b - y)));
      if (far > farthest) [best, farthest] = [[x, y], far];
    }
    return best;
  }

  draw(): void {
    const corners = this.model.corners.map((spot) => this.surface.project(spot));
    const seen = this.seen.flatMap(({ label, outline }) => {
      const points = outline.map((spot) => this.surface.project(spot));
      const at = this.free(points, width(label));
      return [drawn('path', { d: path(points), class: 'g-seen' }), ...(at ? [drawn('text', { x: at[0], y: at[1], 'text-anchor': 'middle', class: 'p-camera' }, label)] : [])];
    });
    this.svg.querySelector('[data-seen]')?.replaceChildren(...seen);
    this.svg.querySelector('[data-outline]')?.replaceChildren(...(corners.length > 1 ? [drawn('path', { d: path(corners), class: 'p-outline' })] : []));
    const { w } = this.size;
    const shown = [...this.marks()].map(([name, at]): Shown => ({
      name,
      number: name === MARK ? '●' : Number(name) + 1,
      said: name === MARK ? say('mark-place') : say('mark-corner', { n: Number(name) + 1 }),
      at,
      chosen: name === this.chosen,
      wrong: false,
      beside: { right: at[0] > w - 30 ? -1 : 1, down: at[1] < 30 ? 1 : -1 },
    }));
    draw(document.getElementById('map-marks') as unknown as SVGGElement, shown);
  }
}

function path(points: Spot[]): string {
  return `M${points.map((point) => point.map((v) => v.toFixed(1)).join(' ')).join('L')}Z`;
}
