// The replay strip: when the rule would have rung, at each threshold of a slider.
import { say } from '../page';

interface Try {
  level: number;
  said: string;
  at: string;
  count: number;
  spans: [number, number][];
}

const SVG = 'http://www.w3.org/2000/svg';

export class Strip {
  private tries: Try[] = [];

  /** `place` holds the strip, or the note that says why there is none. */
  constructor(private readonly place: HTMLElement) {
    this.place.addEventListener('input', (event) => {
      if ((event.target as Element).matches('#threshold')) this.draw();
    });
    this.place.addEventListener('click', (event) => {
      if ((event.target as Element).closest('[data-use]')) this.use();
    });
    // The arrows move the threshold wherever the focus is, save where they have a meaning.
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const range = this.range;
      if (!range || (event.target as Element).closest('input, select, textarea, summary')) return;
      event.preventDefault();
      range.value = String(Number(range.value) + (event.key === 'ArrowRight' ? 1 : -1));
      this.draw();
    });
    this.read();
  }

  /** Take the strip of another page: what was played there is shown here. */
  take(page: Document): void {
    const fresh = page.getElementById('played');
    if (!fresh) return;
    const [mine, other] = [this.place.querySelector<HTMLElement>('[data-strip]'), fresh.querySelector<HTMLElement>('[data-strip]')];
    if (!mine || !other) {
      this.place.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
    } else {
      // In place: what is read out stays the same region of the page.
      mine.dataset['strip'] = other.dataset['strip'] ?? '[]';
      for (const part of ['[data-which]', 'tbody']) {
        const told = other.querySelector(part);
        if (told) mine.querySelector(part)?.replaceWith(document.importNode(told, true));
      }
      const [range, told] = [this.range, other.querySelector<HTMLInputElement>('#threshold')];
      if (range && told) {
        range.max = told.max;
        range.value = told.value;
      }
    }
    this.read();
    this.draw();
  }

  private get range(): HTMLInputElement | null {
    return this.place.querySelector<HTMLInputElement>('#threshold');
  }

  private read(): void {
    this.tries = JSON.parse(this.place.querySelector<HTMLElement>('[data-strip]')?.dataset['strip'] ?? '[]') as Try[];
    const row = this.place.querySelector<HTMLElement>('[data-slider]');
    if (row) row.hidden = !this.tries.length;
  }

  private draw(): void {
    const range = this.range;
    const one = this.tries[Number(range?.value)];
    const [said, fired] = [this.place.querySelector('[data-said]'), this.place.querySelector('[data-fired]')];
    if (!range || !one || !said || !fired) return;
    said.textContent = one.at;
    fired.textContent = one.count === 0 ? say('fired-0') : one.count === 1 ? say('fired-1') : say('fired-n', { n: one.count });
    range.setAttribute('aria-valuetext', `${one.said}, ${fired.textContent}`);
    this.place.querySelector('[data-spans]')?.replaceChildren(...one.spans.map(mark));
  }

  /** The whole ladder of the form moves in proportion, as it was played. */
  private use(): void {
    const rungs = [...document.querySelectorAll<HTMLInputElement>('.rung input')];
    const own = rungs.map((rung) => Number(rung.value));
    const first = own.find((value) => value > 0) ?? 0;
    const level = this.tries[Number(this.range?.value)]?.level;
    if (first <= 0 || level === undefined) return;
    rungs.forEach((rung, i) => {
      const value = own[i] ?? Number.NaN;
      if (value > 0) rung.value = String(Number(((value * level) / first).toPrecision(3)));
    });
    rungs[0]?.focus();
    rungs[0]?.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

function mark([x, width]: [number, number]): SVGRectElement {
  const found = document.createElementNS(SVG, 'rect');
  for (const [key, value] of Object.entries({ x, y: 10, width, height: 26, class: 'fired' })) found.setAttribute(key, String(value));
  return found;
}
