// The map of one place: its mark, its outline, and where cameras see the ground.
import { drawn } from '../editor/dom';
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

  draw(): void {
    const corners = this.model.corners.map((spot) => this.surface.project(spot));
    const seen = this.seen.flatMap(({ label, outline }) => {
      const points = outline.map((spot) => this.surface.project(spot));
      const [x, y] = [0, 1].map((k) => points.reduce((sum, one) => sum + (one[k] ?? 0), 0) / points.length) as [number, number];
      return [drawn('path', { d: path(points), class: 'g-seen' }), drawn('text', { x, y, 'text-anchor': 'middle', class: 'p-camera' }, label)];
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
