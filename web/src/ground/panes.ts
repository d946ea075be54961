// Two panes: numbered marks over the still, the same numbers over the map.
import { drawn } from '../editor/dom';
import { clamp } from '../geometry';
import type { Spot } from '../map/scene';
import type { Surface } from '../map/surface';
import { say } from '../page';
import type { ErrorField } from './field';
import type { Model, Tried } from './model';

const WIDE = 1000;

export class PicturePane {
  private high = 562;

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly model: Model,
    private readonly field: ErrorField,
    private readonly picked: (spot: Spot) => void,
    private readonly moved: () => void,
  ) {
    svg.addEventListener('click', (event) => {
      if (!(event.target as Element).closest('[data-mark]')) this.picked(this.at(event));
    });
    svg.addEventListener('pointerdown', (event) => this.drag(event));
    svg.addEventListener('keydown', (event) => this.nudge(event));
  }

  show(still: Blob, size: { width: number; height: number }): void {
    this.high = Math.round((WIDE * size.height) / size.width);
    this.svg.setAttribute('viewBox', `0 0 ${WIDE} ${this.high}`);
    const image = drawn('image', { href: URL.createObjectURL(still), width: WIDE, height: this.high, preserveAspectRatio: 'none' });
    this.svg.querySelector('[data-still]')?.replaceChildren(image);
  }

  gone(): void {
    this.svg.querySelector('[data-still]')?.replaceChildren();
  }

  draw(tried: Tried | null): void {
    const { model } = this;
    const marks: SVGElement[] = [];
    if (model.method === 'points') {
      model.pairs.forEach((pair, i) => pair.image && marks.push(this.mark(pair.image, i, 'image', String(i + 1), tried?.refusal?.points.includes(i) ?? false)));
    } else {
      model.lengths.forEach((one, i) => {
        if (one.from && one.to) {
          const [a, b] = [this.px(one.from), this.px(one.to)];
          const d = `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`;
          marks.push(drawn('path', { d, class: 'e-halo' }), drawn('path', { d, class: 'g-length' }));
        }
        for (const end of ['from', 'to'] as const) {
          const spot = one[end];
          if (spot) marks.push(this.mark(spot, i, end, String(i + 1), tried?.refusal?.lengths.includes(i) ?? false));
        }
      });
    }
    const focused = document.activeElement?.getAttribute('data-mark');
    this.svg.querySelector('[data-marks]')?.replaceChildren(...marks);
    if (focused) this.svg.querySelector<SVGElement>(`[data-mark="${focused}"]`)?.focus();
    this.field.draw(tried, WIDE, this.high);
    this.svg.querySelector('[data-beyond]')?.replaceChildren(...this.beyond(tried));
  }

  /** What has no measure in metres: all but the usable part. */
  private beyond(tried: Tried | null): SVGElement[] {
    const usable = tried?.usable ?? [];
    if (usable.length < 3) return [];
    const inner = usable.map((spot) => this.px(spot).map((v) => v.toFixed(1)).join(' ')).join('L');
    const outline = `M${inner}Z`;
    const top = Math.min(...usable.map((spot) => spot[1])) * this.high;
    const word = drawn('text', { x: WIDE / 2, y: Math.max(26, top - 12), 'text-anchor': 'middle', class: 'g-beyond-word' }, say('beyond'));
    return [
      drawn('path', { d: `M0 0H${WIDE}V${this.high}H0Z${outline}`, 'fill-rule': 'evenodd', fill: 'url(#ground-hatch)', class: 'g-beyond' }),
      drawn('path', { d: outline, class: 'g-horizon' }),
      ...(top > 4 ? [word] : []),
    ];
  }

  private mark(spot: Spot, i: number, part: string, text: string, wrong: boolean): SVGElement {
    const [x, y] = this.px(spot);
    const group = drawn('g', { 'data-mark': `${i}-${part}`, tabindex: 0, role: 'button', 'aria-label': say(part === 'image' ? 'pair-n' : 'length-n', { n: i + 1 }), class: `g-mark${i === this.model.chosen ? ' g-chosen' : ''}${wrong ? ' g-wrong' : ''}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(WIDE / (this.svg.clientWidth || WIDE)).toFixed(2)})` });
    group.append(...numbered(text, spot[0] > 0.94 ? -1 : 1, spot[1] < 0.08 ? 1 : -1));
    return group;
  }

  private px([x, y]: Spot): Spot {
    return [x * WIDE, y * this.high];
  }

  private at(event: MouseEvent): Spot {
    const box = this.svg.getBoundingClientRect();
    return clamp([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  }

  private put(name: string, spot: Spot): void {
    const [i, part] = name.split('-') as [string, 'image' | 'from' | 'to'];
    if (part === 'image') {
      const pair = this.model.pairs[Number(i)];
      if (pair) pair.image = spot;
    } else {
      const one = this.model.lengths[Number(i)];
      if (one) one[part] = spot;
    }
    this.model.chosen = Number(i);
    this.moved();
  }

  private drag(event: PointerEvent): void {
    const name = (event.target as Element).closest<SVGElement>('[data-mark]')?.dataset['mark'];
    if (!name) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const move = (one: PointerEvent) => this.put(name, this.at(one));
    this.svg.addEventListener('pointermove', move);
    this.svg.addEventListener('pointerup', () => this.svg.removeEventListener('pointermove', move), { once: true });
    this.model.chosen = Number(name.split('-')[0]);
    this.moved();
  }

  private nudge(event: KeyboardEvent): void {
    const name = (event.target as Element).closest<SVGElement>('[data-mark]')?.dataset['mark'];
    const ways: Record<string, Spot> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (!name || !way) return;
    event.preventDefault();
    const [i, part] = name.split('-') as [string, 'image' | 'from' | 'to'];
    const old = part === 'image' ? this.model.pairs[Number(i)]?.image : this.model.lengths[Number(i)]?.[part];
    const step = event.shiftKey ? 10 : 1;
    if (old) this.put(name, clamp([old[0] + (way[0] * step) / WIDE, old[1] + (way[1] * step) / this.high]));
  }
}

export class MapPane {
  constructor(
    private readonly svg: SVGSVGElement,
    private readonly surface: Surface,
    private readonly model: Model,
    picked: (spot: Spot) => void,
  ) {
    surface.onPick(picked);
    surface.onMove(() => this.draw(this.last));
  }

  private last: Tried | null = null;

  draw(tried: Tried | null): void {
    this.last = tried;
    const seen = tried?.seen ?? [];
    const outline = seen.map((spot) => this.surface.project(spot).map((v) => v.toFixed(1)).join(' ')).join('L');
    this.svg.querySelector('[data-seen]')?.replaceChildren(...(seen.length > 2 ? [drawn('path', { d: `M${outline}Z`, class: 'g-seen' })] : []));
    const marks = this.model.pairs.flatMap((pair, i) => {
      if (!pair.ground || this.model.method !== 'points') return [];
      const [x, y] = this.surface.project(pair.ground);
      const group = drawn('g', { class: `g-mark${i === this.model.chosen ? ' g-chosen' : ''}${tried?.refusal?.points.includes(i) ? ' g-wrong' : ''}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
      group.append(...numbered(String(i + 1)));
      return [group];
    });
    this.svg.querySelector('[data-marks]')?.replaceChildren(...marks);
  }
}

/** A cross whose middle is the very point, and its number beside it. */
function numbered(text: string, right = 1, down = -1): SVGElement[] {
  const cross = 'M-9 0H-2M2 0H9M0 -9V-2M0 2V9';
  return [
    drawn('circle', { r: 22, class: 'e-grip' }),
    drawn('path', { d: cross, class: 'g-halo' }),
    drawn('path', { d: cross, class: 'g-cross' }),
    drawn('circle', { cx: 15 * right, cy: 15 * down, r: 11, class: 'g-number' }),
    drawn('text', { x: 15 * right, y: 15 * down + 4.5, 'text-anchor': 'middle', class: 'g-digit' }, text),
  ];
}
