// Names beside shapes, each where it covers neither another name nor a point.
import type { Point } from '../geometry';
import { drawn } from './dom';

/** A name and the places it may stand at, best first: its middle, in pixels of the picture. */
export interface Wish {
  text: string;
  places: Point[];
}

interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

const HEIGHT = 17;
const pen = document.createElement('canvas').getContext('2d');
const widths = new Map<string, number>();

/** How wide a name is drawn, in pixels. */
export function width(text: string): number {
  let found = widths.get(text);
  if (found === undefined) {
    if (pen) pen.font = `650 13px ${getComputedStyle(document.body).fontFamily}`;
    found = (pen?.measureText(text).width ?? text.length * 7.4) + 6;
    widths.set(text, found);
  }
  return found;
}

function overlap(a: Box, b: Box): number {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? w * h : 0;
}

/** Draw the names in order; each takes its first place that is free, else the least covered. */
export function names(wishes: Wish[], points: Point[], size: { w: number; h: number }): SVGElement[] {
  const taken: Box[] = points.map(([x, y]) => ({ x: x - 8, y: y - 8, w: 16, h: 16 }));
  return wishes.map(({ text, places }) => {
    const w = width(text);
    let best: Box | null = null;
    let least = Infinity;
    for (const [x, y] of places) {
      const box = {
        x: Math.min(Math.max(x - w / 2, 3), Math.max(3, size.w - w - 3)),
        y: Math.min(Math.max(y - HEIGHT / 2, 3), size.h - HEIGHT - 3),
        w,
        h: HEIGHT,
      };
      const covered = taken.reduce((sum, one) => sum + overlap(box, one), 0);
      if (covered < least) [best, least] = [box, covered];
      if (covered === 0) break;
    }
    const box = best ?? { x: 3, y: 3, w, h: HEIGHT };
    taken.push(box);
    return drawn('text', { x: (box.x + w / 2).toFixed(1), y: (box.y + 13).toFixed(1), 'text-anchor': 'middle' }, text);
  });
}
