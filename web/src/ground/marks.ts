// A mark: a cross whose middle is the very point, and its number beside it.
import { drawn } from '../editor/dom';
import type { Spot } from '../map/scene';

export interface Shown {
  name: string;
  number: number | string;
  said: string;
  at: Spot;
  chosen: boolean;
  wrong: boolean;
  /** Which way of the cross the number stands. */
  beside: { right: number; down: number };
}

const CROSS = 'M-9 0H-2M2 0H9M0 -9V-2M0 2V9';

function made(name: string): SVGElement {
  const group = drawn('g', { 'data-mark': name, tabindex: 0, role: 'button' });
  group.append(
    drawn('circle', { r: 22, class: 'e-grip' }),
    drawn('path', { d: CROSS, class: 'g-halo' }),
    drawn('path', { d: CROSS, class: 'g-cross' }),
    drawn('circle', { r: 11, class: 'g-number' }),
    drawn('text', { 'text-anchor': 'middle', class: 'g-digit' }),
  );
  return group;
}

function set(one: Element | null, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) one?.setAttribute(name, String(value));
}

function fill(group: SVGElement, { number, said, at: [x, y], chosen, wrong, beside: { right, down } }: Shown): void {
  set(group, { 'aria-label': said, class: `g-mark${chosen ? ' g-chosen' : ''}${wrong ? ' g-wrong' : ''}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
  set(group.querySelector('.g-number'), { cx: 15 * right, cy: 15 * down });
  const digit = group.querySelector('.g-digit');
  set(digit, { x: 15 * right, y: 15 * down + 4.5 });
  if (digit) digit.textContent = String(number);
}

/** Draw marks. One that is there stays the same element: it may have the focus, or a finger on it. */
export function draw(place: SVGGElement, marks: Shown[], others: SVGElement[] = []): void {
  const held = new Map([...place.querySelectorAll<SVGElement>('[data-mark]')].map((one) => [one.dataset['mark'] ?? '', one]));
  const wanted = marks.map((one) => held.get(one.name) ?? made(one.name));
  marks.forEach((one, i) => fill(wanted[i] as SVGElement, one));
  for (const child of [...place.children]) if (!wanted.includes(child as SVGElement)) child.remove();
  place.prepend(...others);
  for (const one of wanted) if (!one.isConnected) place.append(one);
}
