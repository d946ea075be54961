// En direct: numbers and dots change in place; rows never move under the pointer.
import { follow, type CameraNow, type News } from './feed';
import { age, clock, day, number, say, serverNow } from './page';
import { drawDots } from './dots';

const STALE_MS = 10_000;
const NONE_MS = 60_000;

const cameras = new Map<string, CameraNow>();
let heard = 0;
let broken = false;
let openBefore = -1;
let spokenAt = 0;

const page = () => document.getElementById('live');
const isLive = () => page()?.dataset['live'] === 'yes';

function groupOf(label: string): string {
  if (label === 'person') return 'person';
  return label === 'bicycle' ? 'bike' : 'vehicle';
}

/** Crossings of the minute that is not closed yet. */
function open(camera: string | null, fits: (line: string, group: string, direction: string) => boolean): number {
  let sum = 0;
  for (const one of cameras.values()) {
    if (camera !== null && one.camera !== camera) continue;
    for (const count of one.open_counts) {
      const [, kind, line, label, direction] = count.series.split('.');
      if (kind === 'crossings' && fits(line ?? '', groupOf(label ?? ''), direction ?? '')) sum += count.value;
    }
  }
  return sum;
}

const any = () => true;

function set(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function base(element: HTMLElement | null): number {
  return Number(element?.dataset['base'] ?? 0);
}

function draw(): void {
  const root = page();
  if (!root || !isLive() || root.classList.contains('lost')) return;
  let present = 0;
  let seen = 0;
  for (const row of root.querySelectorAll<HTMLElement>('tr[data-camera]')) {
    const one = cameras.get(row.dataset['camera'] ?? '');
    const state = one?.stopped ? 'stopped' : (one?.stream?.state ?? 'connecting');
    const current = one && one.freshness !== 'none' && state === 'live';
    const people = current ? one.dots.filter((dot) => dot.object_class === 'person').length : null;
    if (people !== null) {
      present += people;
      seen += 1;
    }
    set(row.querySelector('[data-present]'), number(people));
    row.classList.toggle('stale', one?.freshness === 'stale');
    row.classList.toggle('hatched', Boolean(one) && state !== 'live');
    const mark = row.querySelector<HTMLElement>('[data-state]');
    if (one && mark && mark.dataset['state'] !== state) {
      mark.dataset['state'] = state;
      set(mark.querySelector('span'), say(`state-${state}`));
      document.body.dispatchEvent(new CustomEvent('closed'));
    }
    const today = row.querySelector<HTMLElement>('[data-today]');
    const figure = today?.querySelector('.big');
    if (today && figure && one) set(figure, number(base(today) + open(one.camera, any)));
  }
  set(document.getElementById('present'), seen ? number(present) : '—');
  const passages = document.getElementById('passages');
  const running = open(null, any);
  const total = base(passages) + running;
  if (passages && (total > 0 || seen)) set(passages, number(total));
  const chosen = root.dataset['camera'] ?? '';
  for (const table of root.querySelectorAll<HTMLElement>('table[data-line]')) {
    for (const cell of table.querySelectorAll<HTMLElement>('[data-cell]')) {
      const [group, direction] = (cell.dataset['cell'] ?? '').split('-');
      const extra = open(chosen, (line, of, way) => line === table.dataset['line'] && of === group && way === direction);
      if (extra > 0 || base(cell) > 0) set(cell, number(base(cell) + extra));
    }
  }
  drawGround(root, cameras.get(chosen));
  const scene = root.querySelector<SVGSVGElement>('svg[data-scene]');
  if (scene) drawDots(scene, cameras.get(chosen)?.freshness === 'none' ? [] : (cameras.get(chosen)?.dots ?? []));
  // A running minute that shrinks was closed: the store has more, ask for it once it is written.
  if (running < openBefore) window.setTimeout(() => document.body.dispatchEvent(new CustomEvent('closed')), 1500);
  openBefore = running;
  speak(present, total, seen);
}

/** Zones on the ground, in place. */
function drawGround(root: HTMLElement, one: CameraNow | undefined): void {
  for (const row of root.querySelectorAll<HTMLElement>('table[data-ground] tr[data-zone]')) {
    const zone = one && one.freshness !== 'none' ? one.ground[row.dataset['zone'] ?? ''] : undefined;
    set(row.querySelector('[data-people]'), number(zone?.people ?? null));
    set(row.querySelector('[data-density]'), zone ? number(zone.density_pm2, 2) : '—');
    set(row.querySelector('[data-service]'), zone?.level ?? '—');
  }
}

/** For readers of screens: at most every ten seconds, and only when something changed. */
function speak(present: number, total: number, seen: number): void {
  const place = document.getElementById('spoken');
  if (!place || !seen || performance.now() - spokenAt < STALE_MS) return;
  spokenAt = performance.now();
  set(place, say('updated', { people: number(present), passages: number(total) }));
}

function feed(): void {
  const place = document.getElementById('feed');
  const stamp = document.getElementById('clock');
  const now = serverNow();
  if (stamp) set(stamp, `${day(now)}, ${clock(now)}`);
  if (!place || !isLive()) return;
  const silence = performance.now() - heard;
  let state = 'waiting';
  let text = say('waiting');
  if (heard) {
    const seconds = silence / 1000;
    if (silence >= NONE_MS) [state, text] = ['lost', say('lost', { age: age(seconds) })];
    else if (silence >= STALE_MS || broken) [state, text] = ['stale', say('stale', { age: age(seconds) })];
    else [state, text] = ['live', say('live', { age: age(newest() ?? seconds) })];
  }
  place.dataset['feed'] = state;
  set(place, text);
  const root = page();
  root?.classList.toggle('stale', state === 'stale');
  if (state === 'lost' && root) blank(root);
}

/** After a minute of silence nothing on the page is current: no number, no state, no dot. */
function blank(root: HTMLElement): void {
  root.classList.add('lost');
  for (const figure of root.querySelectorAll('.figures .figure, [data-present], [data-today] .big, [data-cell], [data-people], [data-density], [data-service]')) set(figure, '—');
  for (const mark of root.querySelectorAll<HTMLElement>('[data-state]')) {
    mark.dataset['state'] = 'unknown';
    set(mark.querySelector('span'), '—');
  }
  const scene = root.querySelector<SVGSVGElement>('svg[data-scene]');
  if (scene) drawDots(scene, []);
}

const ages = new Map<string, number>();

/** Seconds since the freshest camera spoke. */
function newest(): number | null {
  let best: number | null = null;
  for (const [name, at] of ages) {
    if (cameras.get(name)?.stream?.state !== 'live') continue;
    const seconds = (performance.now() - at) / 1000;
    if (best === null || seconds < best) best = seconds;
  }
  return best;
}

let alertsDue = 0;

/** Alerts came or changed: the page is asked for again, in a burst once a second. */
function tellAlerts(): void {
  if (alertsDue) return;
  alertsDue = window.setTimeout(() => {
    alertsDue = 0;
    document.body.dispatchEvent(new CustomEvent('closed'));
  }, 1000);
}

function hear(news: News): void {
  if (news.event === 'error') {
    broken = true;
    return;
  }
  broken = false;
  heard = performance.now();
  if (page()?.classList.contains('lost')) {
    // The blanked page comes back whole from the server, closed minutes included.
    page()?.classList.remove('lost');
    document.body.dispatchEvent(new CustomEvent('closed'));
  }
  if (news.event === 'states') {
    for (const one of news.data) {
      cameras.set(one.camera, one);
      ages.set(one.camera, heard - (one.age_s ?? 0) * 1000);
    }
    draw();
  } else if (news.event === 'gone') {
    for (const name of news.data) cameras.delete(name);
    document.body.dispatchEvent(new CustomEvent('closed'));
  } else if (news.event === 'closed' && openBefore !== -1) {
    document.body.dispatchEvent(new CustomEvent('closed'));
  } else if (news.event === 'alerts') {
    tellAlerts();
  } else if (news.event === 'end') {
    window.location.reload();
  }
}

if (page()) {
  follow(hear);
  window.setInterval(feed, 1000);
  document.body.addEventListener('htmx:afterSettle', () => {
    openBefore = -1;
    draw();
  });
}
