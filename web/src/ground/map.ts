// The map: the same numbers as in the still, and the part of the ground that the camera measures.
import { drawn } from '../editor/dom';
import { Loupe } from '../editor/loupe';
import type { Spot } from '../map/scene';
import type { Surface } from '../map/surface';
import { say } from '../page';
import type { Desk } from './desk';
import { behind } from './glass';
import { Hand, type Pane } from './hand';
import { draw } from './marks';
import { mark, type Model, type Tried } from './model';

export class MapPane implements Pane {
  readonly loupe: Loupe;
  readonly step: Spot = [1, 1];
  private readonly model: Model;
  private last: Tried | null = null;

  constructor(
    readonly svg: SVGSVGElement,
    glass: HTMLCanvasElement,
    private readonly surface: Surface,
    desk: Desk,
    picked: (spot: Spot) => void,
  ) {
    this.model = desk.model;
    const place = document.getElementById('map-loupe') as unknown as SVGGElement;
    this.loupe = new Loupe(this, place, ['map-marks'], (window) => behind(glass, surface, window));
    surface.onPick(picked);
    surface.onMove(() => this.draw(this.last));
    new Hand(this, desk);
  }

  get size(): { w: number; h: number } {
    return { w: this.svg.clientWidth || 600, h: this.svg.clientHeight || 400 };
  }

  marks(): Map<string, Spot> {
    if (this.model.method !== 'points') return new Map();
    return new Map(this.model.pairs.flatMap((pair, i) => (pair.ground ? [[mark(i, 'ground'), this.surface.project(pair.ground)] as const] : [])));
  }

  move(name: string, to: Spot): void {
    this.model.put(name, this.surface.unproject(to));
  }

  draw(tried: Tried | null): void {
    this.last = tried;
    const seen = tried?.seen ?? [];
    const outline = seen.map((spot) => this.surface.project(spot).map((v) => v.toFixed(1)).join(' ')).join('L');
    this.svg.querySelector('[data-seen]')?.replaceChildren(...(seen.length > 2 ? [drawn('path', { d: `M${outline}Z`, class: 'g-seen' })] : []));
    const { w } = this.size;
    const shown = [...this.marks()].map(([name, at]) => {
      const i = Number.parseInt(name, 10);
      return {
        name,
        number: i + 1,
        said: say('mark-ground', { n: i + 1 }),
        at,
        chosen: i === this.model.chosen,
        wrong: tried?.refusal?.points.includes(i) ?? false,
        beside: { right: at[0] > w - 30 ? -1 : 1, down: at[1] < 30 ? 1 : -1 },
      };
    });
    draw(document.getElementById('map-marks') as unknown as SVGGElement, shown);
  }
}
