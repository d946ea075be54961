// The pad: one button a direction and class, its tally, and the keys that do the same.
import { say } from '../page';
import type { Entry, Outbox } from './outbox';

const key = (direction: unknown, tapped: unknown) => `${String(direction)}.${String(tapped)}`;

export class Pad {
  private readonly buttons: HTMLButtonElement[];

  constructor(
    root: HTMLElement,
    private readonly outbox: Outbox,
    private readonly now: () => number,
    private readonly open: () => boolean,
    private readonly tell: (text: string) => void,
  ) {
    this.buttons = [...root.querySelectorAll<HTMLButtonElement>('button.tap')];
    for (const button of this.buttons) button.addEventListener('click', () => this.tap(button));
    this.draw();
  }

  /** Taps that stand, in order. */
  get standing(): Entry[] {
    const undone = new Set(this.outbox.entries.filter((entry) => entry.act === 'undo').map((entry) => entry.of));
    return this.outbox.entries.filter((entry) => entry.act === 'tap' && !undone.has(entry.id));
  }

  press(letter: string): boolean {
    const button = this.buttons.find((one) => one.dataset['key'] === letter);
    if (button) this.tap(button);
    return button !== undefined;
  }

  undo(): void {
    const last = this.standing.at(-1);
    if (!last) return this.tell(say('nothing'));
    this.outbox.add({ time_s: this.now(), act: 'undo', of: last.id });
    const button = this.buttons.find((one) => key(one.dataset['direction'], one.dataset['class']) === key(last.direction, last.object_class));
    this.tell(say('undone', { what: button?.querySelector('.tap-word')?.textContent ?? '' }));
    this.draw();
  }

  enable(on: boolean): void {
    for (const button of this.buttons) button.disabled = !on;
  }

  private tap(button: HTMLButtonElement): void {
    if (!this.open()) return;
    this.outbox.add({ time_s: this.now(), act: 'tap', direction: Number(button.dataset['direction']), object_class: button.dataset['class'] ?? '' });
    navigator.vibrate?.(10);
    this.draw();
  }

  private draw(): void {
    const counts = new Map<string, number>();
    for (const tap of this.standing) counts.set(key(tap.direction, tap.object_class), (counts.get(key(tap.direction, tap.object_class)) ?? 0) + 1);
    for (const button of this.buttons) {
      const tally = button.querySelector('[data-tally]');
      if (tally) tally.textContent = String(counts.get(key(button.dataset['direction'], button.dataset['class'])) ?? 0);
    }
  }
}
