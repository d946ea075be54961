// The error field: how far off positions are, as a few translucent steps over the picture.
import { drawn } from '../editor/dom';
import { number, say } from '../page';
import type { Tried } from './model';

export class ErrorField {
  private on = true;

  /** @param bounds upper bounds of the steps but the last, metres. */
  constructor(
    private readonly place: SVGGElement,
    private readonly legend: HTMLElement,
    toggle: HTMLInputElement,
    private readonly bounds: number[],
  ) {
    this.on = toggle.checked;
    toggle.addEventListener('change', () => {
      this.on = toggle.checked;
      this.show();
    });
  }

  /** The cells of a picture of that size, one path a step, and what part of it each step takes. */
  draw(tried: Tried | null, wide: number, high: number): void {
    const rows = tried?.error_m ?? [];
    const paths = [...this.bounds, Infinity].map(() => '');
    const cells = [...this.bounds, Infinity].map(() => 0);
    const [w, h] = [wide / (rows[0]?.length ?? 1), high / (rows.length || 1)];
    rows.forEach((row, j) =>
      row.forEach((metres, i) => {
        if (metres === null) return;
        const k = this.step(metres);
        paths[k] += `M${(i * w).toFixed(1)} ${(j * h).toFixed(1)}h${w.toFixed(1)}v${h.toFixed(1)}h${(-w).toFixed(1)}z`;
        cells[k] = (cells[k] ?? 0) + 1;
      }),
    );
    this.place.replaceChildren(...paths.map((d, k) => drawn('path', { d, class: `g-error g-error-${k + 1}` })));
    const all = rows.flat().length;
    this.legend.querySelectorAll('[data-share]').forEach((share, k) => {
      // The last part is what is withheld.
      const n = cells[k] ?? all - cells.reduce((sum, one) => sum + one, 0);
      share.textContent = say('share-of-picture', { share: number(all ? (100 * n) / all : null) });
    });
    this.legend.dataset['cells'] = String(all);
    this.show();
  }

  private step(metres: number): number {
    const found = this.bounds.findIndex((bound) => metres < bound);
    return found < 0 ? this.bounds.length : found;
  }

  private show(): void {
    this.place.toggleAttribute('hidden', !this.on);
    this.legend.hidden = !this.on || this.legend.dataset['cells'] === '0';
  }
}
