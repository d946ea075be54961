// Everything by keyboard: points are Tab stops, arrows move, Delete removes, Escape gives up.
import { clamp, type Point } from '../geometry';
import { number, say } from '../page';
import { hint } from './dom';
import type { Draft } from './draft';
import type { Picture } from './picture';
import type { Pointer } from './pointer';
import { called, shifted } from './shapes';
import type { Sheet } from './sheet';
import { undoKeys } from './steps';

const ARROWS: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  constructor(
    private readonly picture: Picture,
    private readonly sheet: Sheet,
    private readonly draft: Draft,
    private readonly pointer: Pointer,
  ) {
    picture.svg.addEventListener('keydown', (event) => {
      if (this.draft.drawing ? this.draw(event) : this.edit(event)) event.preventDefault();
    });
    undoKeys(() => this.undo(), () => this.redo());
  }

  /** While laying a shape, its last point; else the last edit. */
  undo(): void {
    if (this.draft.drawing && this.draft.undo()) return;
    this.sheet.undo();
  }

  redo(): void {
    if (this.draft.drawing && this.draft.redo()) return;
    this.sheet.redo();
  }

  /** How far an arrow goes, in parts of the picture: 1 px of the still, 10 with Shift. */
  private reach(event: KeyboardEvent): Point | null {
    const arrow = ARROWS[event.key];
    if (!arrow) return null;
    const px = event.shiftKey ? 10 : 1;
    const { width, height } = this.picture.pixels;
    return [(arrow[0] * px) / width, (arrow[1] * px) / height];
  }

  private draw(event: KeyboardEvent): boolean {
    const { draft } = this;
    const step = this.reach(event);
    if (step) {
      draft.byKeys = true;
      draft.cross = clamp([draft.cross[0] + step[0], draft.cross[1] + step[1]]);
      this.sheet.draw();
      hint(say('cross', { x: number(draft.cross[0], 3), y: number(draft.cross[1], 3) }));
    } else if (event.key === ' ') {
      draft.byKeys = true;
      draft.lay(draft.cross);
    } else if (event.key === 'Enter') draft.finish();
    else if (event.key === 'Escape') draft.take('select');
    else if (event.key === 'Backspace' || event.key === 'Delete') draft.undo();
    else return false;
    return true;
  }

  private edit(event: KeyboardEvent): boolean {
    const [i, j] = (document.activeElement?.getAttribute('data-point') ?? '').split('-').map(Number);
    const onPoint = i !== undefined && j !== undefined;
    if (event.key === 'Escape') {
      if (this.pointer.giveUp()) return true;
      this.sheet.choose(-1);
      this.picture.svg.focus({ preventScroll: true });
      return true;
    }
    const step = this.reach(event);
    if (step) return this.move(step, onPoint ? i : this.sheet.chosen, onPoint && !event.ctrlKey ? j : null, event);
    if (event.key === 'Delete' || event.key === 'Backspace') return this.remove(onPoint ? i : this.sheet.chosen, onPoint ? j : null);
    if (onPoint && (event.key === 'Enter' || event.key === ' ')) {
      this.sheet.choose(i);
      return true;
    }
    return false;
  }

  private move([dx, dy]: Point, i: number, j: number | null, event: KeyboardEvent): boolean {
    const shape = this.sheet.shapes[i];
    if (!shape) return false;
    this.sheet.chosen = i;
    const to =
      j === null ? shifted(shape, [dx, dy]) : { points: shape.points.map((point, n): Point => (n === j ? clamp([point[0] + dx, point[1] + dy]) : point)) };
    this.sheet.move(i, to, event.repeat ? `${event.key} ${i} ${j}` : '');
    const moved = this.sheet.shapes[i];
    if (moved) hint(j === null ? say('moved', { shape: called(moved, this.sheet.shapes) }) : this.picture.about(moved, j));
    return true;
  }

  private remove(i: number, j: number | null): boolean {
    const shape = this.sheet.shapes[i];
    if (!shape) return false;
    const name = called(shape, this.sheet.shapes);
    if (j !== null && this.sheet.removePoint(i, j)) {
      hint(say('removed-point', { shape: name }));
      this.picture.focusPoint(i, Math.min(j, shape.points.length - 1));
      return true;
    }
    if (j === null) this.sheet.remove(i);
    hint(say('removed', { shape: name }));
    this.picture.svg.focus({ preventScroll: true });
    return true;
  }
}
