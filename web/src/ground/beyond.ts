// Where no measure in metres is made: hatched, its edge drawn, and said where there is room for it.
import { drawn } from '../editor/dom';
import { width } from '../editor/labels';
import type { Spot } from '../map/scene';
import { say } from '../page';
import type { Tried } from './model';

const HEIGHT = 22;

export function beyond(tried: Tried | null, wide: number, high: number): SVGElement[] {
  if (!tried || tried.refusal || !tried.error_m.length) return [];
  const { usable } = tried;
  const outline = usable.length < 3 ? '' : `M${usable.map(([x, y]) => `${(x * wide).toFixed(1)} ${(y * high).toFixed(1)}`).join('L')}Z`;
  const edge = ends(usable).map(([[a, b], [c, d]]) => `M${a * wide} ${b * high}L${c * wide} ${d * high}`).join('');
  const text = say(outline ? 'beyond' : 'nowhere');
  const room = width(text) + 12;
  const at = roomFor(tried.error_m, wide, high, room);
  return [
    drawn('path', { d: `M0 0H${wide}V${high}H0Z${outline}`, 'fill-rule': 'evenodd', fill: 'url(#ground-hatch)', class: 'g-beyond' }),
    drawn('path', { d: edge, class: 'g-horizon-halo' }),
    drawn('path', { d: edge, class: 'g-horizon' }),
    ...(at ? [drawn('rect', { x: at[0] - room / 2, y: at[1] - HEIGHT / 2, width: room, height: HEIGHT, rx: 4, class: 'g-beyond-plate' }), drawn('text', { x: at[0], y: at[1] + 4.5, 'text-anchor': 'middle', class: 'g-beyond-word' }, text)] : []),
  ];
}

/** The sides of the outline where metres end, not where the picture does. */
function ends(usable: Spot[]): [Spot, Spot][] {
  const along = (a: number, b: number) => Math.abs(a - b) < 1e-3 && (a < 1e-3 || a > 1 - 1e-3);
  return usable
    .map((spot, i): [Spot, Spot] => [spot, usable[(i + 1) % usable.length] as Spot])
    .filter(([[a, b], [c, d]]) => !along(a, c) && !along(b, d));
}

/** The middle of the roomiest place within what is withheld; null where none holds the words. */
function roomFor(error_m: (number | null)[][], wide: number, high: number, room: number): Spot | null {
  const columns = error_m[0]?.length ?? 1;
  const [w, h] = [wide / columns, high / error_m.length];
  const rows = Math.ceil(HEIGHT / h);
  let best: Spot | null = null;
  let widest = room;
  for (let j = 0; j + rows <= error_m.length; j += 1) {
    let from = 0;
    for (let i = 0; i <= columns; i += 1) {
      const free = i < columns && error_m.slice(j, j + rows).every((row) => row[i] === null);
      if (free) continue;
      // Of equal ones the lowest: it lies next to the edge that the words are about.
      if ((i - from) * w >= widest) [best, widest] = [[((from + i) / 2) * w, (j + rows / 2) * h], (i - from) * w];
      from = i + 1;
    }
  }
  return best;
}
