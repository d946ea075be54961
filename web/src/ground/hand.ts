// Marks under the hand: dragged by mouse or finger, moved by arrows, removed by keys or a long press.
import { longPress } from '../editor/long_press';
import type { Loupe } from '../editor/loupe';
import type { Spot } from '../map/scene';

/** How near counts as on it, in pixels: a finger covers 44. */
const REACH = { touch: 22, fine: 11 };
const STILL = 4;
/** A finger that has left sooner and farther wanted to scroll, not to choose a spot. */
const FLICK_MS = 250;
const ARROWS: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What holds the marks: every edit is a step that can be undone. */
export interface Desk {
  /** Everything laid: what a step goes back to. */
  laid(): string;
  /** A mark is in the hand. */
  take(name: string): void;
  /** None is. */
  leave(): void;
  /** Show what is not a step yet: a drag under way. */
  moved(): void;
  /** Count what changed since that state as one step. */
  keep(before: string): void;
  /** Put a state back without a step: a drag given up. */
  lay(state: string): void;
  /** One edit, one step; edits of one run (a key held down) are one. */
  change(make: () => void, run: string): void;
  remove(name: string): void;
}

/** A picture with marks; places in it are pixels of its svg. */
export interface Pane {
  readonly svg: SVGSVGElement;
  readonly loupe: Loupe;
  /** How far one press of an arrow goes. */
  readonly step: Spot;
  /** Where each mark stands, by its name. */
  marks(): Map<string, Spot>;
  move(name: string, to: Spot): void;
  /** A spot without a mark was chosen; absent where something else hears of it. */
  pick?(at: Spot): void;
}

interface Press {
  /** The finger, or the mouse. */
  pointer: number;
  /** The mark that is held; null: a spot without one. */
  name: string | null;
  touch: boolean;
  from: Spot;
  /** Where the mark stood. */
  stood: Spot;
  at: Spot;
  since: number;
  before: string;
  moved: boolean;
}

export class Hand {
  private press: Press | null = null;
  private giveRestUp = () => {};

  constructor(
    private readonly pane: Pane,
    private readonly desk: Desk,
  ) {
    const { svg } = pane;
    svg.addEventListener('pointerdown', (event) => this.down(event));
    svg.addEventListener('pointermove', (event) => this.ours(event) && this.move(event));
    svg.addEventListener('pointerup', (event) => this.ours(event) && this.up(event));
    svg.addEventListener('pointercancel', (event) => this.ours(event) && this.giveUp());
    svg.addEventListener('keydown', (event) => {
      if (this.key(event)) event.preventDefault();
    });
    // Else a finger that leaves clicks what then lies there: the map, where a mark was deleted.
    svg.addEventListener('touchstart', (event) => this.press && event.preventDefault(), { passive: false });
    // A long press must delete, not open the browser's menu.
    svg.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** A second finger, or the heel of the hand, moves nothing. */
  private ours(event: PointerEvent): boolean {
    return this.press?.pointer === event.pointerId;
  }

  private at(event: PointerEvent): Spot {
    const box = this.pane.svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || this.press) return;
    const at = this.at(event);
    const touch = event.pointerType === 'touch';
    const name = this.under(event, at, touch);
    if (name === null && !this.pane.pick) return;
    event.preventDefault();
    this.pane.svg.setPointerCapture(event.pointerId);
    const stood = (name !== null && this.pane.marks().get(name)) || at;
    this.press = { pointer: event.pointerId, name, touch, from: at, stood, at: stood, since: event.timeStamp, before: this.desk.laid(), moved: false };
    if (name !== null) {
      this.desk.take(name);
      this.focus(name);
      if (touch) this.giveRestUp = longPress(() => this.held());
    }
    if (touch) this.pane.loupe.over(stood);
  }

  /** The nearest mark; where none is that near, the one whose grip was met. */
  private under(event: PointerEvent, [x, y]: Spot, touch: boolean): string | null {
    let nearest: string | null = null;
    let least = touch ? REACH.touch : REACH.fine;
    for (const [name, [a, b]] of this.pane.marks()) {
      const far = Math.hypot(a - x, b - y);
      if (far <= least) [nearest, least] = [name, far];
    }
    return nearest ?? (event.target as Element).closest<SVGElement>('[data-mark]')?.dataset['mark'] ?? null;
  }

  private move(event: PointerEvent): void {
    const { press } = this;
    if (!press) return;
    const [x, y] = this.at(event);
    const [dx, dy] = [x - press.from[0], y - press.from[1]];
    if (!press.moved && Math.hypot(dx, dy) < STILL) return;
    press.moved = true;
    this.giveRestUp();
    const { width, height } = this.pane.svg.getBoundingClientRect();
    // The mark keeps its distance to the finger: it does not jump when it is taken beside.
    press.at = [Math.min(width, Math.max(0, press.stood[0] + dx)), Math.min(height, Math.max(0, press.stood[1] + dy))];
    if (press.name !== null) {
      this.pane.move(press.name, press.at);
      this.desk.moved();
    }
    if (press.touch) this.pane.loupe.over(press.at);
  }

  private up(event: PointerEvent): void {
    const { press } = this;
    this.end();
    if (!press) return;
    if (press.name !== null) {
      if (press.moved) this.desk.keep(press.before);
      return;
    }
    const flick = press.touch && event.timeStamp - press.since < FLICK_MS;
    // With a mouse, a drag over nothing chooses nothing; a finger has aimed through the loupe.
    if (!press.moved || (press.touch && !flick)) this.pane.pick?.(press.at);
  }

  private held(): void {
    const name = this.press?.name;
    if (name === undefined || name === null) return;
    this.end();
    navigator.vibrate?.(15);
    this.desk.remove(name);
  }

  /** Put everything back where the drag began. False when nothing is dragged. */
  private giveUp(): boolean {
    const { press } = this;
    if (!press) return false;
    this.end();
    if (press.name !== null && press.moved) this.desk.lay(press.before);
    return true;
  }

  private end(): void {
    this.giveRestUp();
    this.pane.loupe.away();
    this.press = null;
  }

  private key(event: KeyboardEvent): boolean {
    if (event.key === 'Escape' && this.giveUp()) return true;
    const name = (event.target as Element).closest<SVGElement>('[data-mark]')?.dataset['mark'];
    if (!name) return false;
    const way = ARROWS[event.key];
    const stood = this.pane.marks().get(name);
    if (way && stood) {
      const by = event.shiftKey ? 10 : 1;
      const [dx, dy] = this.pane.step;
      const run = event.repeat ? `${event.key} ${name}` : '';
      this.desk.take(name);
      this.desk.change(() => this.pane.move(name, [stood[0] + way[0] * by * dx, stood[1] + way[1] * by * dy]), run);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      const rest = this.pane.marks().size;
      const order = [...this.pane.marks().keys()].indexOf(name);
      this.desk.remove(name);
      // What came after it has moved up into its place.
      const after = [...this.pane.marks().keys()];
      if (rest) this.focus(after[Math.min(order, after.length - 1)]);
    } else if (event.key === 'Enter' || event.key === ' ') this.desk.take(name);
    else if (event.key === 'Escape') this.desk.leave();
    else return false;
    return true;
  }

  private focus(name: string | undefined): void {
    if (name) this.pane.svg.querySelector<SVGElement>(`[data-mark="${name}"]`)?.focus({ preventScroll: true });
  }
}
