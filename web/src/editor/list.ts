// The list of shapes; the chosen one unfolds into its names, uses and coordinates.
import { badName, clamp, type Point } from '../geometry';
import { number, say } from '../page';
import { drawn, element, made } from './dom';
import { across, called, USES, type Shape } from './shapes';
import type { Sheet } from './sheet';
import type { Trial } from './trial';

export class List {
  private structure = '';

  constructor(
    private readonly sheet: Sheet,
    private readonly trial: Trial,
    private readonly remove: (i: number) => void,
  ) {}

  /** Only what changed is made anew: a field that someone is typing in keeps the focus. */
  draw(troubled: Set<number>): void {
    const { shapes, chosen } = this.sheet;
    const place = element('shapes');
    element('none').hidden = shapes.length > 0;
    const structure = JSON.stringify([chosen, shapes.map((shape) => [shape.kind, shape.points.length, shape.use === 'one-way'])]);
    if (structure !== this.structure) {
      this.structure = structure;
      place.replaceChildren(...shapes.map((shape, i) => this.item(shape, i)));
    }
    shapes.forEach((shape, i) => this.fill(place.children[i] as HTMLElement, shape, troubled.has(i)));
  }

  private item(shape: Shape, i: number): HTMLElement {
    const item = made('li');
    const pick = made('button', 'pick');
    pick.type = 'button';
    pick.setAttribute('aria-expanded', String(i === this.sheet.chosen));
    const mark = drawn('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' });
    mark.append(drawn('path', { d: shape.kind === 'line' ? 'M3 17L17 3' : 'M3 4h14v12H3Z', class: `p-${shape.kind}` }));
    const words = made('span', 'words');
    words.append(made('b'), made('span', 'meta'));
    pick.append(mark, words, made('span', 'warned'));
    pick.addEventListener('click', () => {
      this.sheet.choose(this.sheet.chosen === i ? -1 : i);
      element('shapes').querySelectorAll<HTMLElement>('.pick')[i]?.focus();
    });
    item.append(pick);
    if (i === this.sheet.chosen) item.append(this.details(i));
    return item;
  }

  private fill(item: HTMLElement, shape: Shape, troubled: boolean): void {
    const said = (one: Element | null, text: string) => {
      if (one && one.textContent !== text) one.textContent = text;
    };
    said(item.querySelector('.pick b'), called(shape, this.sheet.shapes));
    said(item.querySelector('.pick .meta'), this.about(shape));
    said(item.querySelector('.pick .warned'), troubled ? `⚠ ${say('look')}` : '');
    for (const box of item.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-field]')) {
      const value = this.value(shape, box.dataset['field'] ?? '');
      if (box !== document.activeElement && box.value !== value) box.value = value;
    }
    said(item.querySelector('[data-renamed]'), shape.kind !== 'mask' && this.sheet.isSaved(shape) ? say('name-help-saved') : say('name-help'));
    said(item.querySelector('[data-away]'), say('delete', { shape: called(shape, this.sheet.shapes) }));
  }

  private about(shape: Shape): string {
    if (shape.kind === 'mask') return say('points', { n: shape.points.length });
    if (shape.kind === 'zone') return `${say('zone')}, ${say(`use-${shape.use}`).toLowerCase()}`;
    return shape.directions.map((way, n) => `→ ${way}${this.trial.on ? ` ${number(this.trial.total(shape, n))}` : ''}`).join('\n');
  }

  private value(shape: Shape, field: string): string {
    const [what, at, axis] = field.split('-');
    if (what === 'label') return shape.label ?? '';
    if (what === 'name') return shape.name;
    if (what === 'use') return shape.use;
    if (what === 'capacity') return String(shape.capacity ?? '');
    if (what === 'way') return shape.way?.[Number(at) as 0 | 1][Number(axis) as 0 | 1].toFixed(3) ?? '';
    if (what === 'direction') return shape.directions[Number(at) as 0 | 1];
    return shape.points[Number(at)]?.[Number(axis) as 0 | 1].toFixed(3) ?? '';
  }

  private shape(i: number): Shape {
    return this.sheet.shapes[i] as Shape;
  }

  private details(i: number): HTMLElement {
    const box = made('div', 'stack details');
    const { kind, points } = this.shape(i);
    if (kind !== 'mask') {
      box.append(
        this.input(say('label'), 'label', (value) => {
          this.sheet.change(() => (this.shape(i).label = value || null));
          return null;
        }),
      );
    }
    if (kind === 'line') {
      for (const way of [0, 1] as const) {
        box.append(
          this.input(say(`direction-${way + 1}`), `direction-${way}`, (value) => {
            if (value) this.sheet.change(() => (this.shape(i).directions[way] = value));
            return value ? null : say('needed');
          }),
        );
      }
    }
    if (kind === 'zone') box.append(this.uses(i), this.capacity(i), ...this.way(i));
    if (kind !== 'mask') box.append(this.nameField(i));
    const fold = made('details');
    const grid = made('div', 'coordinates');
    fold.append(made('summary', '', say('coordinates')), grid);
    points.forEach((_, j) => {
      for (const axis of [0, 1] as const) grid.append(this.coordinate(i, j, axis));
    });
    const away = made('button', 'button');
    away.type = 'button';
    away.dataset['away'] = '';
    away.addEventListener('click', () => this.remove(i));
    box.append(fold, away);
    return box;
  }

  private nameField(i: number): HTMLElement {
    const field = this.input(say('name'), 'name', (value) => {
      const shape = this.shape(i);
      if (badName(value)) return say('name-wrong');
      if (this.sheet.shapes.some((one, n) => n !== i && one.kind === shape.kind && one.name === value)) return say('name-taken');
      this.sheet.change(() => (shape.name = value));
      return null;
    });
    const help = made('span', 'help');
    help.dataset['renamed'] = '';
    field.append(help);
    return field;
  }

  private uses(i: number): HTMLElement {
    const field = made('label', 'field');
    const select = made('select');
    select.dataset['field'] = 'use';
    select.append(...USES.map((use) => new Option(say(`use-${use}`), use)));
    select.addEventListener('change', () =>
      this.sheet.change(() => {
        const shape = this.shape(i);
        shape.use = select.value;
        if (shape.use === 'one-way') shape.way ??= across(shape.points);
      }),
    );
    field.append(say('use'), select);
    return field;
  }

  private capacity(i: number): HTMLElement {
    const field = this.input(say('capacity'), 'capacity', (value) => {
      const count = value ? Number(value) : null;
      if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= 99_999)) return say('capacity-wrong');
      this.sheet.change(() => (this.shape(i).capacity = count));
      return null;
    });
    Object.assign(field.querySelector('input') as HTMLInputElement, { type: 'number', min: '1', max: '99999', step: '1' });
    return field;
  }

  /** The way of a one-way zone, and what turns it round. */
  private way(i: number): HTMLElement[] {
    if (this.shape(i).use !== 'one-way') return [];
    const grid = made('div', 'coordinates');
    for (const end of [0, 1] as const) {
      for (const axis of [0, 1] as const) {
        const text = say(`${axis === 0 ? 'x' : 'y'}-${end === 0 ? 'from' : 'to'}`);
        grid.append(
          this.part(text, `way-${end}-${axis}`, (part) => {
            const shape = this.shape(i);
            const [a, b] = (shape.way ?? across(shape.points)).map((one): Point => [...one]) as [Point, Point];
            (end === 0 ? a : b)[axis] = part;
            if (a[0] === b[0] && a[1] === b[1]) return say('way-nowhere');
            this.sheet.change(() => (shape.way = [a, b]));
            return null;
          }),
        );
      }
    }
    const turn = made('button', 'button', say('turn'));
    turn.type = 'button';
    turn.addEventListener('click', () =>
      this.sheet.change(() => {
        const shape = this.shape(i);
        const [a, b] = shape.way ?? across(shape.points);
        shape.way = [b, a];
      }),
    );
    return [grid, turn];
  }

  private coordinate(i: number, j: number, axis: 0 | 1): HTMLElement {
    return this.part(say(axis === 0 ? 'x-of' : 'y-of', { n: j + 1 }), `point-${j}-${axis}`, (part) => {
      const shape = this.shape(i);
      const moved: Point = [...(shape.points[j] as Point)];
      moved[axis] = part;
      this.sheet.change(() => (shape.points[j] = clamp(moved)));
      return null;
    });
  }

  /** A field for a part of the picture, 0 to 1; an emptied one moves nothing. */
  private part(text: string, key: string, take: (part: number) => string | null): HTMLElement {
    const field = this.input(text, key, (value) => {
      const part = Number(value.replace(',', '.'));
      return value && part >= 0 && part <= 1 ? take(part) : say('part-wrong');
    });
    Object.assign(field.querySelector('input') as HTMLInputElement, { type: 'number', min: '0', max: '1', step: '0.001' });
    return field;
  }

  private input(text: string, key: string, take: (value: string) => string | null): HTMLElement {
    const field = made('label', 'field');
    const box = made('input');
    box.dataset['field'] = key;
    box.autocomplete = 'off';
    box.maxLength = 200;
    const wrong = made('span', 'wrong');
    box.addEventListener('change', () => {
      const told = take(box.value.trim());
      wrong.textContent = told ?? '';
      if (told) box.setAttribute('aria-invalid', 'true');
      else box.removeAttribute('aria-invalid');
    });
    field.append(text, box, wrong);
    return field;
  }
}
