// What would make a line count wrongly, said before it is saved.
import { ends, inside, pathLength, type Point } from '../geometry';
import { say } from '../page';
import { called, SHORTEST, type Shape } from './shapes';

/** Each warning with the index of its shape. */
export function warnings(shapes: Shape[], pixels: { width: number; height: number }): { i: number; text: string }[] {
  const masks = shapes.filter((shape) => shape.kind === 'mask');
  return shapes.flatMap((shape, i) => {
    if (shape.kind !== 'line') return [];
    const name = called(shape, shapes);
    const found: string[] = [];
    const part = pathLength(shape.points);
    if (part < SHORTEST) {
      const px = pathLength(shape.points.map(([x, y]): Point => [x * pixels.width, y * pixels.height]));
      const least = part > 0 ? (px / part) * SHORTEST : SHORTEST * pixels.width;
      found.push(say('too-short', { name, px: Math.round(px), least: Math.ceil(least) }));
    }
    masks.forEach((mask, n) => {
      if (ends(shape.points).some((end) => inside(end, mask.points))) found.push(say('in-mask', { name, n: n + 1 }));
    });
    if (shape.directions[0] === shape.directions[1]) found.push(say('same-names', { name }));
    return found.map((text) => ({ i, text }));
  });
}
