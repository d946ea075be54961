// The tool in hand, and the shape that is being laid, point by point.
import { clamp, type Point } from '../geometry';
import { say } from '../page';
import { element, hint } from './dom';
import { called, fewest, freeName, fresh, type Kind } from './shapes';
import type { Sheet } from './sheet';

export type Tool = 'select' | Kind;

export class Draft {
  tool: Tool = 'select';
  points: Point[] = [];
  cross: Point = [0.5, 0.5];
  byKeys = false;
  private undone: Point[] = [];

  constructor(
    private readonly sheet: Sheet,
    private readonly picture: SVGSVGElement,
  ) {}

  get drawing(): boolean {
    return this.tool !== 'select';
  }

  get enough(): boolean {
    return this.tool !== 'select' && this.points.length >= fewest(this.tool);
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  take(next: Tool): void {
    this.tool = next;
    this.points = [];
    this.undone = [];
    this.byKeys = false;
    for (const button of document.querySelectorAll<HTMLElement>('[data-tool]')) {
      button.setAttribute('aria-pressed', String(button.dataset['tool'] === next));
    }
    hint(next === 'select' ? '' : `${say('drawing')} ${say('drawing-keys')}`);
    if (next !== 'select') {
      this.sheet.chosen = -1;
      this.picture.focus({ preventScroll: true });
    }
    this.sheet.draw();
  }

  lay(point: Point): void {
    const last = this.points.at(-1);
    if (last && last[0] === point[0] && last[1] === point[1]) return;
    this.points.push(clamp(point));
    this.undone = [];
    this.sheet.draw();
  }

  /** Take the last laid point back. False when there is none. */
  undo(): boolean {
    const point = this.points.pop();
    if (!point) return false;
    this.undone.push(point);
    this.sheet.draw();
    return true;
  }

  redo(): boolean {
    const point = this.undone.pop();
    if (!point) return false;
    this.points.push(point);
    this.sheet.draw();
    return true;
  }

  /** Make a shape of what was laid; its first point takes the focus. */
  finish(): void {
    if (this.tool === 'select') return;
    const kind = this.tool;
    if (!this.enough) return hint(say(kind === 'line' ? 'too-few-line' : 'too-few-polygon'));
    const shape = fresh(kind, freeName(kind, this.sheet.shapes), this.points);
    this.take('select');
    this.sheet.add(shape);
    hint(say('added', { shape: called(shape, this.sheet.shapes) }));
    element('layer-shapes').querySelector<SVGGElement>(`[data-point="${this.sheet.chosen}-0"]`)?.focus({ preventScroll: true });
  }
}
