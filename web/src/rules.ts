// Règles: the threshold slider of the replay strip; every other thing is a plain form.
import './styles/rules.css';
import { say } from './page';

interface Try {
  level: number;
  said: string;
  at: string;
  count: number;
  spans: [number, number][];
}

const SVG = 'http://www.w3.org/2000/svg';

function wire(card: HTMLElement): void {
  const tries = JSON.parse(card.dataset['strip'] ?? '[]') as Try[];
  const row = card.querySelector<HTMLElement>('[data-slider]');
  const range = card.querySelector<HTMLInputElement>('#threshold');
  const layer = card.querySelector<SVGGElement>('[data-spans]');
  if (!row || !range || !layer || !tries.length) return;
  row.hidden = false;
  const draw = () => {
    const one = tries[Number(range.value)] as Try;
    (card.querySelector('[data-said]') as HTMLElement).textContent = one.at;
    const fired = card.querySelector('[data-fired]') as HTMLElement;
    fired.textContent = one.count === 0 ? say('fired-0') : one.count === 1 ? say('fired-1') : say('fired-n', { n: one.count });
    range.setAttribute('aria-valuetext', `${one.said}, ${fired.textContent}`);
    layer.replaceChildren(
      ...one.spans.map(([x, width]) => {
        const mark = document.createElementNS(SVG, 'rect');
        for (const [key, value] of Object.entries({ x, y: 10, width, height: 26, class: 'fired' })) mark.setAttribute(key, String(value));
        return mark;
      }),
    );
  };
  range.addEventListener('input', draw);
  // The arrows move the threshold wherever the focus is, save where they have a meaning of their own.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if ((event.target as Element).closest('input, select, textarea, summary')) return;
    event.preventDefault();
    range.value = String(Number(range.value) + (event.key === 'ArrowRight' ? 1 : -1));
    draw();
  });
  card.querySelector('[data-use]')?.addEventListener('click', () => {
    // The whole ladder moves in proportion, as it was played.
    const rungs = [...document.querySelectorAll<HTMLInputElement>('.rung input')];
    const own = rungs.map((rung) => Number(rung.value));
    const first = own.find((value) => value > 0) ?? 0;
    const level = (tries[Number(range.value)] as Try).level;
    if (first <= 0) return;
    rungs.forEach((rung, i) => {
      const value = own[i] ?? Number.NaN;
      if (value > 0) rung.value = String(Number(((value * level) / first).toPrecision(3)));
    });
    rungs[0]?.focus();
  });
}

for (const card of document.querySelectorAll<HTMLElement>('[data-strip]')) wire(card);
document.getElementById('summary')?.focus();
document.getElementById('diff')?.scrollIntoView({ block: 'nearest' });
