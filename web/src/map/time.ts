// The time of day: a handle, steps of a quarter of an hour, a typed time, and play.
import { clock, say } from '../page';
import type { Scene } from './scene';

const QUARTER_S = 900;
const STEP_MS = 700;

export class Time {
  private playing = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly go: (query: string) => Promise<boolean>,
  ) {
    const slider = this.slider;
    if (!slider) return;
    slider.addEventListener('input', () => slider.setAttribute('aria-valuetext', clock(this.day + Number(slider.value) * QUARTER_S)));
    slider.addEventListener('change', () => void this.to(Number(slider.value)));
    const form = root.querySelector<HTMLFormElement>('#map-when');
    form?.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.typed();
    });
    for (const name of ['map-day', 'map-clock']) {
      document.getElementById(name)?.addEventListener('change', () => void this.typed());
    }
    form?.querySelector('[data-go]')?.setAttribute('hidden', '');
    root.addEventListener('click', (event) => {
      if ((event.target as Element).closest('[data-play]')) void this.play();
    });
    // Arrows step through the day wherever the hand is, save in fields that need them.
    root.addEventListener('keydown', (event) => {
      if ((event.target as Element).matches('input, select, textarea') || event.altKey || event.ctrlKey || event.metaKey) return;
      const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
      if (!way) return;
      event.preventDefault();
      void this.to(Number(slider.value) + way);
    });
  }

  private get slider(): HTMLInputElement | null {
    return this.root.querySelector<HTMLInputElement>('#map-slider');
  }

  private get day(): number {
    return Number(this.slider?.dataset['day'] ?? 0);
  }

  private get last(): number {
    return Math.round((Number(this.slider?.dataset['last'] ?? 0) - this.day) / QUARTER_S);
  }

  /** The parts that were just put in place. */
  ready(): void {
    const play = this.root.querySelector<HTMLElement>('[data-play]');
    if (!play) return;
    play.hidden = false;
    play.setAttribute('aria-pressed', String(this.playing > 0));
    const word = play.querySelector('span');
    if (word) word.textContent = say('play');
  }

  /** Take over the time that the server answered with. */
  follow(fresh: Document, scene: Scene): void {
    const other = fresh.querySelector<HTMLInputElement>('#map-slider');
    const slider = this.slider;
    if (!slider || !other) return;
    for (const name of ['day', 'last'] as const) slider.dataset[name] = other.dataset[name] ?? '';
    slider.max = other.max;
    slider.value = other.value;
    slider.setAttribute('aria-valuetext', other.getAttribute('aria-valuetext') ?? '');
    for (const name of ['map-day', 'map-clock']) {
      const mine = document.getElementById(name) as HTMLInputElement | null;
      const told = fresh.getElementById(name) as HTMLInputElement | null;
      if (!mine || !told) continue;
      mine.step = told.step;
      if (document.activeElement !== mine) mine.value = told.value;
    }
    const layer = this.root.querySelector<HTMLInputElement>('#map-when [name=layer]');
    if (layer) layer.value = scene.shown;
  }

  /** The quarter of that index; past the last closed one, the newest. */
  private async to(index: number): Promise<boolean> {
    return this.go(index > this.last ? this.newest() : this.query(this.day + index * QUARTER_S));
  }

  private newest(): string {
    return new URLSearchParams({ layer: this.layer }).toString();
  }

  private get layer(): string {
    return this.root.querySelector<HTMLInputElement>('#map-when [name=layer]')?.value ?? 'levels';
  }

  private typed(): Promise<boolean> {
    const value = (name: string) => (document.getElementById(name) as HTMLInputElement).value;
    const { layer } = this;
    return this.go(new URLSearchParams({ layer, day: value('map-day'), time: value('map-clock') }).toString());
  }

  private query(at: number): string {
    const { layer } = this;
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: document.body.dataset['zone'] ?? 'Europe/Paris', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    const parts = Object.fromEntries(format.formatToParts(at * 1000).map((part) => [part.type, part.value]));
    return new URLSearchParams({ layer, day: `${parts['year']}-${parts['month']}-${parts['day']}`, time: `${parts['hour']}:${parts['minute']}` }).toString();
  }

  private async play(): Promise<void> {
    if (this.playing) {
      this.playing = 0;
      this.ready();
      return;
    }
    const run = (this.playing = Date.now());
    this.ready();
    let index = Number(this.slider?.value ?? 0);
    // A day that is over ends at midnight, the running one with its last closed quarter.
    const end = Math.min(this.last, Number(this.slider?.max ?? 0));
    if (index >= end) index = -1;
    while (this.playing === run && index < end) {
      index += 1;
      if (!(await this.to(index))) break;
      await new Promise((resolve) => window.setTimeout(resolve, STEP_MS));
    }
    if (this.playing === run) this.playing = 0;
    this.ready();
  }
}
