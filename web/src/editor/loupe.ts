// A loupe above the finger, which hides the very point that it moves.
import type { Point } from '../geometry';
import { drawn } from './dom';
import type { Picture } from './picture';

const RADIUS = 52;
const ABOVE = 92;
const SCALE = 2.5;

export class Loupe {
  constructor(private readonly picture: Picture) {}

  /** Show what lies around this point; beside the finger where there is no room above. */
  over(point: Point): void {
    const { w, h } = this.picture.size;
    const [x, y] = [point[0] * w, point[1] * h];
    const roomAbove = y - ABOVE - RADIUS > 0;
    const cx = roomAbove ? Math.min(Math.max(x, RADIUS), w - RADIUS) : x < w / 2 ? x + ABOVE : x - ABOVE;
    const cy = roomAbove ? y - ABOVE : Math.max(RADIUS, Math.min(y, h - RADIUS));
    const clip = drawn('clipPath', { id: 'loupe-clip' });
    clip.append(drawn('circle', { cx, cy, r: RADIUS }));
    const view = drawn('g', { 'clip-path': 'url(#loupe-clip)' });
    const scaled = drawn('g', { transform: `translate(${cx - x * SCALE} ${cy - y * SCALE}) scale(${SCALE})` });
    scaled.append(drawn('use', { href: '#layer-still' }), drawn('use', { href: '#layer-shapes' }));
    view.append(drawn('circle', { cx, cy, r: RADIUS, class: 'e-loupe-ground' }), scaled);
    const cross = `M${cx - 10} ${cy}h6m8 0h6M${cx} ${cy - 10}v6m0 8v6`;
    this.picture
      .layer('layer-loupe')
      .replaceChildren(
        clip,
        view,
        drawn('path', { d: cross, class: 'e-cross' }),
        drawn('circle', { cx, cy, r: RADIUS, class: 'e-loupe' }),
      );
  }

  away(): void {
    this.picture.layer('layer-loupe').replaceChildren();
  }
}
