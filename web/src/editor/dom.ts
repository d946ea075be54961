// Small makers of elements, and the line under the picture that says what just happened.

const SVG = 'http://www.w3.org/2000/svg';

export function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

export function drawn(tag: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

/** Lay a still under a drawing in place of what was there; with null the browser forgets that one. */
export function lay(place: Element, still: Blob | null): void {
  const before = place.querySelector('image')?.getAttribute('href');
  const image = still && drawn('image', { href: URL.createObjectURL(still), preserveAspectRatio: 'none', x: 0, y: 0 });
  place.replaceChildren(...(image ? [image] : []));
  if (before) URL.revokeObjectURL(before);
}

export function made<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const one = document.createElement(tag);
  if (className) one.className = className;
  if (text) one.textContent = text;
  return one;
}

export function hint(text: string): void {
  element('hint').textContent = text;
}
