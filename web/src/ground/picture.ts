// The still: numbered marks and lengths over it, the error of positions, and where metres end.
import { drawn, lay } from '../editor/dom';
import { Loupe } from '../editor/loupe';
import { clamp } from '../geometry';
import type { Spot } from '../map/scene';
import { number, say } from '../page';
import { beyond } from './beyond';
import type { Desk } from './desk';
import type { ErrorField } from './field';
import { Hand, type Pane } from './hand';
import { draw, type Shown } from './marks';
import { mark, type Model, type Tried } from './model';

export class PicturePane implements Pane {
  readonly loupe: Loupe;
  private readonly model: Model;
  /** The still's size in its own pixels: what « 1 px » means. */
  private pixels = { width: 1920, height: 1080 };

  constructor(
    readonly svg: SVGSVGElement,
    desk: Desk,
    private readonly field: ErrorField,
    private readonly picked: (spot: Spot) => void,
  ) {
    this.model = desk.model;
    this.loupe = new Loupe(this, this.layer('picture-loupe'), ['picture-still', 'picture-marks']);
    new Hand(this, desk);
  }

  get size(): { w: number; h: number } {
    return { w: this.svg.clientWidth || 640, h: this.svg.clientHeight || 360 };
  }

  get step(): Spot {
    return [this.size.w / this.pixels.width, this.size.h / this.pixels.height];
  }

  show(still: Blob, pixels: { width: number; height: number }): void {
    this.pixels = pixels;
    this.svg.style.aspectRatio = `${pixels.width} / ${pixels.height}`;
    lay(this.layer('picture-still'), still);
  }

  gone(): void {
    lay(this.layer('picture-still'), null);
  }

  marks(): Map<string, Spot> {
    return new Map(this.ends().map(({ name, at }) => [name, at]));
  }

  move(name: string, [x, y]: Spot): void {
    const { w, h } = this.size;
    this.model.put(name, clamp([x / w, y / h]));
  }

  pick([x, y]: Spot): void {
    const { w, h } = this.size;
    this.picked(clamp([x / w, y / h]));
  }

  draw(tried: Tried | null): void {
    const { w, h } = this.size;
    this.svg.setAttribute('viewBox', `0 0 ${w} ${h}`);
    const still = this.layer('picture-still').firstElementChild;
    still?.setAttribute('width', String(w));
    still?.setAttribute('height', String(h));
    this.field.draw(tried, w, h);
    this.layer('picture-beyond').replaceChildren(...beyond(tried, w, h));
    const wrong = (this.model.method === 'points' ? tried?.refusal?.points : tried?.refusal?.lengths) ?? [];
    const shown = this.ends().map(({ name, i, at }): Shown => {
      const [x, y] = this.model.spot(name) ?? [0, 0];
      return {
        name,
        number: i + 1,
        said: say(this.model.method === 'points' ? 'mark-pair' : 'mark-length', { n: i + 1, x: number(x, 3), y: number(y, 3) }),
        at,
        chosen: i === this.model.chosen,
        wrong: wrong.includes(i),
        beside: { right: at[0] > w - 30 ? -1 : 1, down: at[1] < 30 ? 1 : -1 },
      };
    });
    draw(this.layer('picture-marks'), shown, this.model.method === 'lengths' ? this.lengths() : []);
  }

  private layer(id: string): SVGGElement {
    return document.getElementById(id) as unknown as SVGGElement;
  }

  private px([x, y]: Spot): Spot {
    return [x * this.size.w, y * this.size.h];
  }

  private ends(): { name: string; i: number; at: Spot }[] {
    const { method, pairs, lengths } = this.model;
    const names = method === 'points' ? pairs.map((_, i) => ({ i, name: mark(i, 'image') })) : lengths.flatMap((_, i) => (['from', 'to'] as const).map((end) => ({ i, name: mark(i, end) })));
    return names.flatMap(({ i, name }) => {
      const spot = this.model.spot(name);
      return spot ? [{ name, i, at: this.px(spot) }] : [];
    });
  }

  private lengths(): SVGElement[] {
    return this.model.lengths.flatMap((one) => {
      if (!one.from || !one.to) return [];
      const [a, b] = [this.px(one.from), this.px(one.to)];
      const d = `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`;
      return [drawn('path', { d, class: 'e-halo' }), drawn('path', { d, class: 'g-length' })];
    });
  }
}
