// Mouse and finger: points, half-way marks and whole shapes are dragged; a long press deletes.
import { clamp, type Point } from '../geometry';
import { say } from '../page';
import { hint } from './dom';
import type { Draft } from './draft';
import { longPress } from './long_press';
import { Loupe } from './loupe';
import { betweens, type Picture } from './picture';
import { called, shifted, type Shape } from './shapes';
import type { Sheet } from './sheet';

/** How near counts as on it, in pixels: a finger covers 44. */
const REACH = { touch: 22, fine: 11 };
const STILL = 4;

interface Drag {
  /** The finger, or the mouse. */
  pointer: number;
  i: number;
  /** The point that is dragged; none: the whole shape. */
  j: number | null;
  from: Point;
  /** As it was. */
  shape: Shape;
  before: string;
  moved: boolean;
}

export class Pointer {
  private drag: Drag | null = null;
  private giveRestUp = () => {};
  private readonly loupe: Loupe;

  constructor(
    private readonly picture: Picture,
    private readonly sheet: Sheet,
    private readonly draft: Draft,
  ) {
    const { svg } = picture;
    this.loupe = new Loupe(picture, picture.layer('layer-loupe'), ['layer-still', 'layer-shapes']);
    svg.addEventListener('pointerdown', (event) => this.down(event));
    svg.addEventListener('pointermove', (event) => this.ours(event) && this.move(event));
    svg.addEventListener('pointerup', (event) => this.ours(event) && this.up());
    svg.addEventListener('pointercancel', (event) => this.ours(event) && this.giveUp());
    svg.addEventListener('dblclick', () => this.twice());
    // A long press must delete, not open the browser's menu.
    svg.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** Put everything back where the drag began. False when nothing is dragged. */
  giveUp(): boolean {
    const { drag } = this;
    if (!drag) return false;
    this.end();
    this.sheet.restore(drag.before);
    return true;
  }

  /** A second finger, or the heel of the hand, moves nothing. */
  private ours(event: PointerEvent): boolean {
    return this.drag?.pointer === event.pointerId;
  }

  private at(event: PointerEvent): Point {
    const box = this.picture.svg.getBoundingClientRect();
    return clamp([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || this.drag) return;
    const at = this.at(event);
    if (this.draft.drawing) {
      this.draft.byKeys = false;
      event.preventDefault();
      this.picture.svg.focus({ preventScroll: true });
      return this.draft.lay(at);
    }
    const before = this.sheet.state();
    const found = this.under(event, at);
    if (!found) {
      this.sheet.choose(-1);
      return;
    }
    const shape = this.sheet.shapes[found.i] as Shape;
    if (found.between !== null) shape.points.splice(found.between + 1, 0, at);
    this.drag = { pointer: event.pointerId, i: found.i, j: found.j, from: at, shape: structuredClone(shape), before, moved: found.between !== null };
    this.sheet.chosen = found.i;
    event.preventDefault();
    this.picture.svg.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      this.giveRestUp = longPress(() => this.held());
      if (found.j !== null) this.glance(shape.points[found.j] as Point);
    }
    this.sheet.draw();
    if (found.j !== null) this.picture.focusPoint(found.i, found.j);
    else this.picture.svg.focus({ preventScroll: true });
  }

  /** What lies under the pointer: the nearest point, then a half-way mark, then a shape. */
  private under(event: PointerEvent, at: Point): { i: number; j: number | null; between: number | null } | null {
    const reach = event.pointerType === 'touch' ? REACH.touch : REACH.fine;
    const [x, y] = this.picture.px([at])[0] as Point;
    const far = ([a, b]: Point) => Math.hypot(a - x, b - y);
    const { shapes, chosen } = this.sheet;
    let best: { i: number; j: number; far: number } | null = null;
    shapes.forEach((shape, i) => {
      this.picture.px(shape.points).forEach((point, j) => {
        // Of two points that lie together the chosen shape's is meant.
        const distance = far(point) - (i === chosen ? 0.5 : 0);
        if (far(point) <= reach && distance < (best?.far ?? Infinity)) best = { i, j, far: distance };
      });
    });
    if (best) return { ...(best as { i: number; j: number }), between: null };
    const held = shapes[chosen];
    const mark = held && betweens(held, this.picture.px(held.points)).find((one) => far(one.at) <= reach);
    if (mark) return { i: chosen, j: mark.j + 1, between: mark.j };
    const shape = (event.target as Element).closest('[data-shape]')?.getAttribute('data-shape');
    return shape ? { i: Number(shape), j: null, between: null } : null;
  }

  /** The second click of a double one has laid a point on top of the first: it goes. */
  private twice(): void {
    if (!this.draft.drawing) return;
    const [a, b] = this.picture.px(this.draft.points.slice(-2));
    if (a && b && Math.hypot(a[0] - b[0], a[1] - b[1]) < STILL) this.draft.points.pop();
    this.draft.finish();
  }

  private move(event: PointerEvent): void {
    const { drag } = this;
    const shape = drag && this.sheet.shapes[drag.i];
    if (!drag || !shape) return;
    const now = this.at(event);
    const { w, h } = this.picture.size;
    const [dx, dy] = [now[0] - drag.from[0], now[1] - drag.from[1]];
    if (!drag.moved && Math.hypot(dx * w, dy * h) < STILL) return;
    drag.moved = true;
    this.giveRestUp();
    if (drag.j === null) Object.assign(shape, shifted(drag.shape, [dx, dy]));
    else {
      // The point keeps its distance to the finger: it does not jump when it is taken beside.
      const [x, y] = drag.shape.points[drag.j] as Point;
      shape.points[drag.j] = clamp([x + dx, y + dy]);
      if (event.pointerType === 'touch') this.glance(shape.points[drag.j] as Point);
    }
    this.sheet.draw();
  }

  private glance(point: Point): void {
    this.loupe.over(this.picture.px([point])[0] as Point);
  }

  private up(): void {
    const { drag } = this;
    this.end();
    if (!drag) return;
    if (drag.moved) this.sheet.keep(drag.before);
    this.sheet.draw();
  }

  private held(): void {
    const { drag } = this;
    const shape = drag && this.sheet.shapes[drag.i];
    if (!drag || drag.moved || !shape) return;
    const name = called(shape, this.sheet.shapes);
    this.end();
    navigator.vibrate?.(15);
    const left = drag.j === null ? (this.sheet.remove(drag.i), false) : this.sheet.removePoint(drag.i, drag.j);
    hint(say(left ? 'removed-point' : 'removed', { shape: name }));
  }

  private end(): void {
    this.giveRestUp();
    this.loupe.away();
    this.drag = null;
  }
}
