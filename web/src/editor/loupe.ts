// A loupe above the finger, which hides the very point that it moves.
import type { Point } from '../geometry';
import { drawn } from './dom';

const RADIUS = 52;
const ABOVE = 92;
const SCALE = 2.5;

/** The round window: where it stands, and what it shows in its middle, pixels of the drawing. */
export interface Window {
  centre: Point;
  of: Point;
  radius: number;
  scale: number;
}

export class Loupe {
  /**
   * @param drawing what is looked at; its units are pixels of the screen.
   * @param place where the loupe is drawn, above all else.
   * @param layers ids of what it shows, the lowest first.
   * @param behind shows what is no part of the drawing; null when the loupe goes.
   */
  constructor(
    private readonly drawing: { readonly size: { w: number; h: number } },
    private readonly place: SVGGElement,
    private readonly layers: string[],
    private readonly behind?: (window: Window | null) => void,
  ) {}

  /** Show what lies around this point; beside the finger where there is no room above. */
  over([x, y]: Point): void {
    const { w, h } = this.drawing.size;
    const roomAbove = y - ABOVE - RADIUS > 0;
    const cx = roomAbove ? Math.min(Math.max(x, RADIUS), w - RADIUS) : x < w / 2 ? x + ABOVE : x - ABOVE;
    const cy = roomAbove ? y - ABOVE : Math.max(RADIUS, Math.min(y, h - RADIUS));
    const clip = drawn('clipPath', { id: `${this.place.id}-clip` });
    clip.append(drawn('circle', { cx, cy, r: RADIUS }));
    const view = drawn('g', { 'clip-path': `url(#${this.place.id}-clip)` });
    const scaled = drawn('g', { transform: `translate(${cx - x * SCALE} ${cy - y * SCALE}) scale(${SCALE})` });
    scaled.append(...this.layers.map((id) => drawn('use', { href: `#${id}` })));
    if (!this.behind) view.append(drawn('circle', { cx, cy, r: RADIUS, class: 'e-loupe-ground' }));
    view.append(scaled);
    const cross = `M${cx - 10} ${cy}h6m8 0h6M${cx} ${cy - 10}v6m0 8v6`;
    this.behind?.({ centre: [cx, cy], of: [x, y], radius: RADIUS, scale: SCALE });
    this.place.replaceChildren(
      clip,
      view,
      drawn('path', { d: cross, class: 'e-cross' }),
      drawn('circle', { cx, cy, r: RADIUS, class: 'e-loupe' }),
    );
  }

  away(): void {
    this.place.replaceChildren();
    this.behind?.(null);
  }
}
