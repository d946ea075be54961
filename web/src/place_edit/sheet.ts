// The fields beside the map: each shows the place, and a change in one is a step.
import { element } from '../editor/dom';
import { say } from '../page';
import type { Bounds, In, Model } from './model';

const input = (id: string) => element<HTMLInputElement>(id);
const LADDERS = ['density', 'occupancy'] as const;

export class Fields {
  /** @param change one edit of the place. */
  constructor(
    private readonly root: HTMLElement,
    private readonly model: Model,
    private readonly change: (make: () => void) => void,
  ) {
    this.on(input('label'), (value) => {
      if (model.fresh && (!model.name || model.name === short(model.place.label ?? ''))) model.name = short(value);
      model.place.label = value;
    });
    if (model.fresh) {
      this.on(input('name'), (value) => {
        model.name = value;
      });
    }
    this.on(input('capacity'), (value) => {
      const count = value ? Number(value) : null;
      if (count !== null && !(Number.isInteger(count) && count >= 1 && count <= 1_000_000)) return say('capacity-wrong');
      model.place.capacity = count;
      return null;
    });
    this.on(input('empty-at'), (value) => {
      if (value) model.place.empty_at = value;
      else delete model.place.empty_at;
    });
    for (const axis of [0, 1] as const) {
      this.on(input(`at-${axis}`), () => {
        const [x, y] = [input('at-0').value, input('at-1').value];
        if (x && y) model.place.at = [Number(x), Number(y)];
      });
    }
    for (const key of ['zones', 'lines'] as const) {
      for (const box of this.boxes(key)) {
        box.addEventListener('change', () => change(() => model.toggle(key, box.value, box.checked)));
      }
    }
    for (const select of this.ways()) {
      select.addEventListener('change', () => change(() => model.enter(select.dataset['line'] ?? '', select.value as In | '')));
    }
    for (const key of LADDERS) {
      for (const field of bounds(key)) {
        field.addEventListener('change', () => change(() => said(bounds(key), this.ladder(key))));
      }
    }
    this.on(input('source'), (value) => this.ladderPart('source', value || undefined));
  }

  /** Something typed is no value: it is in no state, and nothing is saved before it is mended. */
  get wrong(): boolean {
    return this.root.querySelector('[aria-invalid=true]') !== null;
  }

  draw(): void {
    const { place, name, fresh } = this.model;
    put(input('label'), place.label ?? '');
    if (fresh) put(input('name'), name);
    put(input('capacity'), String(place.capacity ?? ''));
    put(input('empty-at'), place.empty_at ?? '04:00');
    for (const axis of [0, 1] as const) put(input(`at-${axis}`), place.at ? String(Number(place.at[axis].toFixed(7))) : '');
    for (const key of ['zones', 'lines'] as const) {
      for (const box of this.boxes(key)) box.checked = place[key]?.includes(box.value) ?? false;
    }
    for (const select of this.ways()) select.value = place.entrances?.[select.dataset['line'] ?? ''] ?? '';
    for (const key of LADDERS) bounds(key).forEach((field, k) => put(field, String(place.ladder?.[key]?.[k] ?? '')));
    put(input('source'), place.ladder?.source ?? '');
  }

  private boxes(key: string): NodeListOf<HTMLInputElement> {
    return this.root.querySelectorAll<HTMLInputElement>(`input[data-member=${key}]`);
  }

  private ways(): NodeListOf<HTMLSelectElement> {
    return this.root.querySelectorAll<HTMLSelectElement>('select[data-line]');
  }

  /** Three bounds that rise make a ladder, none make none; else nothing is changed, and it is said. */
  private ladder(key: (typeof LADDERS)[number]): string | null {
    const [a, b, c] = bounds(key).map((field) => Number(field.value || NaN)) as Bounds;
    const none = bounds(key).every((field) => !field.value);
    if (!none && !(a > 0 && a < b && b < c)) return say('ladder-wrong');
    this.ladderPart(key, none ? undefined : [a, b, c]);
    return null;
  }

  private ladderPart(key: 'density' | 'occupancy' | 'source', value: Bounds | string | undefined): void {
    const { [key]: _, ...rest } = this.model.place.ladder ?? {};
    this.model.place.ladder = value === undefined ? rest : { ...rest, [key]: value };
  }

  /** A changed field is one step; what is wrong is said beside it and changes nothing. */
  private on(field: HTMLInputElement, take: (value: string) => string | null | void): void {
    field.addEventListener('change', () => {
      this.change(() => said([field], take(field.value.trim()) ?? null));
    });
  }
}

const bounds = (key: string) => [0, 1, 2].map((k) => input(`${key}-${k}`));

/** Say what is wrong with fields beside them, or no more. */
function said(fields: HTMLInputElement[], wrong: string | null): void {
  const place = fields[0]?.closest('.field')?.querySelector('.wrong');
  if (place) place.textContent = wrong ?? '';
  for (const field of fields) {
    if (wrong) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }
}

function put(field: HTMLInputElement, value: string): void {
  if (field !== document.activeElement && field.value !== value && !field.hasAttribute('aria-invalid')) field.value = value;
}

/** A short name from one that people read: « Place du Marché » → place-du-marche. */
function short(label: string): string {
  return label
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64);
}
