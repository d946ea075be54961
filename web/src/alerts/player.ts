// The half minute before an alert, as dots on the ground: played, or stepped through by hand.
import { clock, language, say } from '../page';

const SVG = 'http://www.w3.org/2000/svg';
const PATHS: Record<string, string> = {
  person: 'M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0Z',
  bike: 'M0-4.6L4.6 0L0 4.6L-4.6 0Z',
  vehicle: 'M-4-4h8v8h-8Z',
};

interface Told {
  start_s: number;
  step_s: number;
  frames: [number, number, string][][];
}

let running = 0;

function kindOf(label: string): string {
  if (label === 'person') return 'person';
  return label === 'bicycle' ? 'bike' : 'vehicle';
}

/** Whoever asked for less motion gets steps of five seconds instead of a moving picture. */
const still = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

export function stopPlaying(): void {
  window.clearInterval(running);
  running = 0;
}

export function wirePlayer(root: ParentNode): void {
  stopPlaying();
  const figure = root.querySelector<HTMLElement>('figure[data-replay]');
  const player = figure?.querySelector<HTMLElement>('[data-player]');
  if (!figure || !player) return;
  const layer = figure.querySelector<SVGGElement>('[data-dots]') as SVGGElement;
  const range = player.querySelector<HTMLInputElement>('[data-at]') as HTMLInputElement;
  const button = player.querySelector<HTMLButtonElement>('[data-play]') as HTMLButtonElement;
  const word = button.querySelector('[data-word]') as HTMLElement;
  const stamp = player.querySelector('[data-time]') as HTMLOutputElement;
  // From the camera's ground to the drawing: an affine map, as SVG writes it.
  const [a, b, c, d, e, f] = (figure.dataset['lie'] ?? '1 0 0 1 0 0').split(' ').map(Number) as [number, number, number, number, number, number];
  let told: Told | null = null;
  player.hidden = false;
  if (still()) word.textContent = say('replay-step');

  const load = async (): Promise<Told | null> => {
    if (told) return told;
    const answer = await fetch(figure.dataset['replay'] ?? '', { headers: { Accept: 'application/json' } }).catch(() => null);
    told = answer?.ok ? ((await answer.json()) as Told) : null;
    if (!told) stamp.textContent = say('replay-failed');
    return told;
  };

  const draw = (at: number) => {
    if (!told) return;
    const frame = told.frames[at] ?? [];
    while (layer.childElementCount > frame.length) layer.lastElementChild?.remove();
    frame.forEach(([x, y, label], i) => {
      let mark = layer.children[i];
      if (!mark) {
        mark = document.createElementNS(SVG, 'path');
        layer.append(mark);
      }
      const kind = kindOf(label);
      mark.setAttribute('class', `k-${kind}`);
      mark.setAttribute('d', PATHS[kind] as string);
      mark.setAttribute('transform', `translate(${(a * x + c * y + e).toFixed(1)} ${(b * x + d * y + f).toFixed(1)}) scale(1.5)`);
    });
    const back = (told.frames.length - 1 - at) * told.step_s;
    const moment = clock(told.start_s + at * told.step_s);
    stamp.textContent = back > 0 ? say('replay-before', { time: moment, s: Math.round(back) }) : moment;
    range.value = String(at);
    range.setAttribute('aria-valuetext', stamp.textContent ?? '');
  };

  const pause = () => {
    stopPlaying();
    button.setAttribute('aria-pressed', 'false');
    word.textContent = say(still() ? 'replay-step' : 'replay-play');
  };

  button.addEventListener('click', async () => {
    const held = await load();
    if (!held) return;
    const last = held.frames.length - 1;
    if (still()) {
      const step = Math.max(1, Math.round(5 / held.step_s));
      draw(Number(range.value) >= last ? 0 : Math.min(last, Number(range.value) + step));
      return;
    }
    if (running) return pause();
    if (Number(range.value) >= last) draw(0);
    button.setAttribute('aria-pressed', 'true');
    word.textContent = say('replay-pause');
    running = window.setInterval(() => {
      const next = Number(range.value) + 1;
      if (next > last) return pause();
      draw(next);
    }, held.step_s * 500);
  });
  range.addEventListener('input', async () => {
    const at = Number(range.value);
    pause();
    if (await load()) draw(at);
  });
  figure.lang = language;
}
