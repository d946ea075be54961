// The hand on the pairs: every edit is a step that can be undone, and is tried at once.
import { Steps } from '../editor/steps';
import { say } from '../page';
import type { Desk as Held } from './hand';
import { numberOf, type Model } from './model';

export class Desk implements Held {
  readonly steps = new Steps();
  /** What was just done, told in place of what to do next. */
  done = '';

  /**
   * @param draw everything anew.
   * @param attempt to calibrate with what is laid now.
   */
  constructor(
    readonly model: Model,
    private readonly draw: () => void,
    private readonly attempt: () => void,
  ) {}

  laid(): string {
    return this.model.laid();
  }

  take(name: string): void {
    const i = numberOf(name);
    this.choose(i, !this.model.placed(i));
  }

  leave(): void {
    this.choose(-1, false);
  }

  /** One edit, one step; edits of one run (a key held down) are one. */
  change(make: () => void, run = ''): void {
    const before = this.model.laid();
    make();
    this.keep(before, run);
  }

  /** Count what changed since that state as one step. */
  keep(before: string, run = ''): void {
    this.done = '';
    this.steps.keep(before, this.model.laid(), run);
    this.moved();
  }

  /** Show and try what is not a step yet: a drag under way. */
  moved(): void {
    this.draw();
    this.attempt();
  }

  /** Put a state back without a step: a drag given up, a step undone. */
  lay(state: string | null): void {
    if (state === null) return;
    this.done = '';
    this.model.lay(state);
    this.moved();
  }

  undo(): void {
    this.lay(this.steps.undo(this.model.laid()));
  }

  redo(): void {
    this.lay(this.steps.redo(this.model.laid()));
  }

  choose(i: number, laying: boolean): void {
    this.done = '';
    this.model.choose(i, laying);
    this.draw();
  }

  remove(name: string): void {
    this.removeAt(numberOf(name));
  }

  removeAt(i: number): void {
    this.change(() => this.model.remove(i));
    this.done = say(this.model.method === 'points' ? 'removed-pair' : 'removed-length', { n: i + 1 });
    this.draw();
  }
}
