// The shapes being edited, with every step of the way back and forth.
import type { Edited } from './saving';
import { body, fewest, given, type Given, type Shape } from './shapes';
import { Steps } from './steps';

export class Sheet implements Edited {
  shapes: Shape[];
  chosen = -1;
  readonly refused = false;
  private saved: string;
  private readonly steps = new Steps();
  private readonly heard: (() => void)[] = [];
  private readonly edited: (() => void)[] = [];

  constructor(told: Given) {
    this.shapes = given(told);
    this.saved = this.state();
  }

  /** Called whenever something must be drawn anew. */
  onDraw(listener: () => void): void {
    this.heard.push(listener);
  }

  /** Called after every edit, undo and redo. */
  onEdit(listener: () => void): void {
    this.edited.push(listener);
  }

  draw(): void {
    for (const listener of this.heard) listener();
  }

  state(): string {
    return JSON.stringify(this.shapes);
  }

  get chosenShape(): Shape | undefined {
    return this.shapes[this.chosen];
  }

  choose(i: number): void {
    this.chosen = i;
    this.draw();
  }

  /**
   * One edit, one step of undo.
   * @param run edits of one run (a key held down) are one step.
   */
  change(make: () => void, run = ''): void {
    const before = this.state();
    make();
    this.keep(before, run);
    this.draw();
  }

  /** Count what changed since that state as one step. */
  keep(before: string, run = ''): void {
    if (!this.steps.keep(before, this.state(), run)) return;
    for (const listener of this.edited) listener();
  }

  /** Put a state back without a step: a drag given up. */
  restore(state: string): void {
    this.shapes = JSON.parse(state) as Shape[];
    this.draw();
  }

  get canUndo(): boolean {
    return this.steps.canUndo;
  }

  get canRedo(): boolean {
    return this.steps.canRedo;
  }

  undo(): void {
    this.go(this.steps.undo(this.state()));
  }

  redo(): void {
    this.go(this.steps.redo(this.state()));
  }

  private go(state: string | null): void {
    if (state === null) return;
    this.shapes = JSON.parse(state) as Shape[];
    this.chosen = Math.min(this.chosen, this.shapes.length - 1);
    for (const listener of this.edited) listener();
    this.draw();
  }

  add(shape: Shape): void {
    this.change(() => {
      this.shapes.push(shape);
      this.chosen = this.shapes.length - 1;
    });
  }

  remove(i: number): void {
    this.change(() => {
      this.shapes.splice(i, 1);
      this.chosen = -1;
    });
  }

  /** Remove a point, or the shape that would have too few left. False when the shape went. */
  removePoint(i: number, j: number): boolean {
    const shape = this.shapes[i];
    if (!shape || shape.points.length <= fewest(shape.kind)) {
      this.remove(i);
      return false;
    }
    this.change(() => shape.points.splice(j, 1));
    return true;
  }

  move(i: number, to: Pick<Shape, 'points'> & Partial<Shape>, run = ''): void {
    this.change(() => Object.assign(this.shapes[i] ?? {}, to), run);
  }

  /** How many shapes differ from what the file holds. */
  get changes(): number {
    const before = (JSON.parse(this.saved) as Shape[]).map((shape) => JSON.stringify(shape));
    const after = this.shapes.map((shape) => JSON.stringify(shape));
    return Math.max(after.filter((one) => !before.includes(one)).length, before.filter((one) => !after.includes(one)).length);
  }

  /** True when the file already holds a shape of that kind and name: past measures bear it. */
  isSaved(shape: Shape): boolean {
    return (JSON.parse(this.saved) as Shape[]).some((one) => one.kind === shape.kind && one.name === shape.name);
  }

  markSaved(state: string): void {
    this.saved = state;
    this.draw();
  }

  reset(): void {
    this.change(() => {
      this.shapes = JSON.parse(this.saved) as Shape[];
      this.chosen = -1;
    });
  }

  body(): Record<string, unknown> {
    return body(this.shapes);
  }
}
