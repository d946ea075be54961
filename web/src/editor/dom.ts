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

export function made<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const one = document.createElement(tag);
  if (className) one.className = className;
  if (text) one.textContent = text;
  return one;
}

export function hint(text: string): void {
  element('hint').textContent = text;
}
