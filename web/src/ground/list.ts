// The list of pairs, worst first: how far off each is, its coordinates to type, its removal.
import { element, made } from '../editor/dom';
import type { Spot } from '../map/scene';
import { number, say } from '../page';
import type { Desk } from './desk';
import type { Model, Tried } from './model';

export class PairList {
  private readonly model: Model;

  private last: Tried | null = null;
  /** A row is under the hand: it is not made anew before the press is over. */
  private held = false;

  constructor(private readonly desk: Desk) {
    this.model = desk.model;
    element('pairs').addEventListener('pointerdown', () => (this.held = true));
    for (const over of ['pointerup', 'pointercancel']) {
      // After the click that ends the press.
      window.addEventListener(over, () => this.held && window.setTimeout(() => this.release()));
    }
  }

  private release(): void {
    this.held = false;
    this.draw(this.last);
  }

  draw(tried: Tried | null): void {
    const { model } = this;
    const list = element('pairs');
    const focus = list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    this.last = tried;
    // A field that is being typed in is not taken from under the hand.
    if (this.held || focus?.matches('input')) {
      this.refresh(tried);
      return;
    }
    const [pair, part] = [focus?.closest<HTMLElement>('[data-pair]')?.dataset['pair'], focus?.dataset['part']];
    list.replaceChildren(...this.order(tried).map((i) => this.row(i, tried)));
    element('pairs-none').hidden = model.size > 0;
    if (!focus) return;
    const again = list.querySelector<HTMLElement>(`[data-pair="${pair}"] [data-part="${part}"]`) ?? list.querySelector<HTMLElement>(`[data-part="${part}"]`);
    (again ?? element('add-pair')).focus({ preventScroll: true });
  }

  private order(tried: Tried | null): number[] {
    const { complete, size } = this.model;
    const all = [...Array(size).keys()];
    const worst = tried && !tried.refusal ? tried.worst_first.map((k) => complete[k] ?? k) : [];
    return [...worst, ...all.filter((i) => !worst.includes(i))];
  }

  private refresh(tried: Tried | null): void {
    for (const row of element('pairs').children) {
      const i = Number((row as HTMLElement).dataset['pair']);
      const said = row.querySelector('[data-off]');
      if (said) said.textContent = this.off(i, tried);
    }
  }

  private off(i: number, tried: Tried | null): string {
    const k = this.model.complete.indexOf(i);
    if (k < 0) return say('incomplete');
    if (!tried || tried.refusal) return '—';
    if (this.model.method === 'lengths') return say('off-share', { share: number((tried.off_share[k] ?? 0) * 100, 1) });
    const off = tried.off_m[k];
    if (off === null || off === undefined) return say('unchecked');
    return say(tried.left_aside.includes(k) ? 'aside' : 'off', { m: number(off, 2) });
  }

  private row(i: number, tried: Tried | null): HTMLElement {
    const { model } = this;
    const wrong = (model.method === 'points' ? tried?.refusal?.points : tried?.refusal?.lengths)?.includes(i);
    const row = made('li', `${i === model.chosen ? 'chosen' : ''}${wrong ? ' wrong-pair' : ''}`);
    row.dataset['pair'] = String(i);
    const name = made('button', 'button bare', say(model.method === 'points' ? 'pair-n' : 'length-n', { n: i + 1 }));
    name.type = 'button';
    name.dataset['part'] = 'name';
    name.setAttribute('aria-pressed', String(i === model.chosen));
    name.addEventListener('click', () => this.desk.choose(i, true));
    const off = made('b', '', this.off(i, tried));
    off.dataset['off'] = '';
    const remove = made('button', 'button bare', say('remove'));
    remove.type = 'button';
    remove.dataset['part'] = 'remove';
    remove.setAttribute('aria-label', `${say('remove')}: ${name.textContent ?? ''}`);
    remove.addEventListener('click', () => this.desk.removeAt(i));
    row.append(name, off, ...this.fields(i), remove);
    return row;
  }

  private fields(i: number): HTMLElement[] {
    const { model } = this;
    const pair = model.pairs[i];
    const length = model.lengths[i];
    if (model.method === 'points' && pair) {
      const digits = model.metres ? 2 : 7;
      return [
        this.spot(say('in-picture'), pair.image, 4, (spot) => (pair.image = spot)),
        this.spot(say(model.metres ? 'on-ground' : 'on-earth'), pair.ground, digits, (spot) => (pair.ground = spot)),
      ];
    }
    if (!length) return [];
    const label = made('label', 'pair-field', '');
    const input = made('input');
    Object.assign(input, { type: 'number', step: '0.01', min: '0.1', value: length.metres === null ? '' : String(length.metres) });
    input.addEventListener('change', () => {
      this.desk.change(() => (length.metres = input.value ? Number(input.value) : null));
    });
    label.append(made('span', 'meta', say('metres')), input);
    return [label];
  }

  private spot(title: string, held: Spot | null, digits: number, put: (spot: Spot) => void): HTMLElement {
    const group = made('fieldset', 'pair-field');
    group.append(made('legend', 'meta', title));
    const inputs = [0, 1].map((k) => {
      const input = made('input');
      Object.assign(input, { type: 'number', step: 'any', value: held ? String(Number((held[k] ?? 0).toFixed(digits))) : '' });
      input.setAttribute('aria-label', `${title}, ${k + 1}`);
      input.addEventListener('change', () => {
        const [x, y] = inputs.map((one) => one.value);
        if (x && y) this.desk.change(() => put([Number(x), Number(y)]));
      });
      return input;
    });
    group.append(...inputs);
    return group;
  }
}
