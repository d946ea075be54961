// The way back and forth of an editor: the states it went through, a step each.

const MOST = 200;

export class Steps {
  private past: string[] = [];
  private future: string[] = [];
  private run = '';

  /**
   * Count what changed between two states as one step. False when nothing did.
   * @param run edits of one run (a key held down) are one step.
   */
  keep(before: string, after: string, run = ''): boolean {
    if (before === after) return false;
    if (!run || run !== this.run) {
      this.past.push(before);
      if (this.past.length > MOST) this.past.shift();
    }
    this.run = run;
    this.future = [];
    return true;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** The state before the last step; null at the beginning. */
  undo(now: string): string | null {
    return this.step(this.past, this.future, now);
  }

  /** The state after the step that was undone; null when none was. */
  redo(now: string): string | null {
    return this.step(this.future, this.past, now);
  }

  private step(from: string[], to: string[], now: string): string | null {
    const state = from.pop();
    if (state === undefined) return null;
    to.push(now);
    this.run = '';
    return state;
  }
}

/** Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y), but in a field, which undoes what was typed in it. */
export function undoKeys(undo: () => void, redo: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.target as Element).closest('input:not([type=radio], [type=checkbox]), textarea, select, dialog')) return;
    const key = event.key.toLowerCase();
    if (key === 'z' && !event.shiftKey) undo();
    else if (key === 'y' || (key === 'z' && event.shiftKey)) redo();
    else return;
    event.preventDefault();
  });
}
