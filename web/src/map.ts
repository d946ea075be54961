// Carte: marks over a map; layers, the time of day and periods change what the server draws.
import './styles/map.css';
import { Marks } from './map/marks';
import { takePictures } from './map/picture';
import { around, type Place, planBox, type Scene } from './map/scene';
import { loaded, under } from './map/surface';
import { Time } from './map/time';
import { say, toast } from './page';

const NEWEST_MS = 60_000;

async function open(root: HTMLElement): Promise<void> {
  const place = root.querySelector('#map') as HTMLElement;
  let scene = JSON.parse(place.dataset['scene'] ?? '{}') as Scene;
  const canvas = document.getElementById('map-canvas') as HTMLElement;
  const plan = scene.base.kind === 'plan' && scene.base.address ? await loaded(scene.base.address) : null;
  const planAt = plan ? planBox(scene.base, plan) : null;
  const box = around(scene, planAt);
  const list = document.getElementById('map-list') as HTMLDetailsElement;
  const narrow = window.matchMedia('(max-width: 47.99rem)').matches;
  if (narrow) list.open = false;
  const covered = () => (narrow || !list.open ? 0 : list.offsetLeft + list.offsetWidth);
  const surface = await under(canvas, scene.base, plan, planAt);
  if (box) surface.fit(box, covered());
  const marks = new Marks(document.getElementById('map-marks') as unknown as SVGSVGElement, surface, (name) => {
    location.assign(`/places/${encodeURIComponent(name)}`);
  });
  const show = () => {
    surface.show(scene);
    marks.show(scene);
  };
  show();
  root.dataset['ready'] = surface.moves ? 'live' : 'still';

  let asked = 0;
  /** Ask the server for another map and put its parts in place; what is under the hand stays. */
  async function go(query: string): Promise<boolean> {
    const mine = (asked += 1);
    const waiting = window.setTimeout(() => root.classList.add('waiting'), 1000);
    try {
      const answer = await fetch(`/map?${query}`, { headers: { Accept: 'text/html' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (mine !== asked) return true;
      const told = fresh.getElementById('map')?.dataset['scene'];
      if (!told) throw new Error('no map');
      for (const part of root.querySelectorAll<HTMLElement>('[data-swap]')) {
        const other = fresh.getElementById(part.id);
        if (!other) continue;
        part.replaceChildren(...Array.from(other.childNodes, (node) => document.importNode(node, true)));
      }
      scene = JSON.parse(told) as Scene;
      root.dataset['query'] = query;
      time.follow(fresh, scene);
      ready();
      show();
      history.replaceState(null, '', `/map?${query}`);
      return true;
    } catch {
      toast(say('unreachable'));
      return false;
    } finally {
      window.clearTimeout(waiting);
      root.classList.remove('waiting');
    }
  }

  const time = new Time(root, go);
  const ready = () => {
    time.ready();
    takePictures(root, surface, () => scene);
  };
  ready();

  root.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-layer], a[data-step]');
    if (!link || event.metaKey || event.ctrlKey) return;
    // The comparison has another form: it is a page of its own.
    if (link.dataset['layer'] === 'difference' || scene.shown === 'difference') return;
    event.preventDefault();
    const { layer, step } = link.dataset;
    void go(new URL(link.href).search.slice(1)).then(() => {
      const again = layer ? `[data-layer="${layer}"]` : `[data-step="${step}"]`;
      root.querySelector<HTMLElement>(again)?.focus({ preventScroll: true });
    });
  });

  const at = (target: EventTarget | null): Place | undefined => {
    const name = (target as Element | null)?.closest?.<HTMLElement>('[data-place]')?.dataset['place'];
    return scene.places.find((one) => one.name === name);
  };
  for (const kind of ['focusin', 'pointerover'] as const) {
    list.addEventListener(kind, (event) => {
      const found = at(event.target);
      if (kind === 'focusin' && found) surface.look(found.at);
      marks.choose(found?.name ?? '');
    });
  }

  const zoom = document.getElementById('map-zoom') as HTMLElement;
  zoom.hidden = !surface.moves;
  zoom.addEventListener('click', (event) => {
    const by = (event.target as Element).closest<HTMLElement>('[data-zoom]')?.dataset['zoom'];
    if (by === '0') {
      const whole = around(scene, planAt);
      if (whole) surface.fit(whole, covered());
    } else if (by) surface.zoom(Number(by));
  });
  const wrong = [surface.moves ? '' : say('no-webgl'), surface.bare ? say('bare') : ''].filter(Boolean);
  const note = document.getElementById('map-note') as HTMLElement;
  note.textContent = wrong.join(' ');
  note.hidden = wrong.length === 0;
  document.addEventListener('theme', () => surface.recolour());
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => surface.recolour());
  // Without a chosen time the page shows the newest: it is asked for again as long as it is looked at.
  window.setInterval(() => {
    const query = root.dataset['query'] ?? '';
    if (!document.hidden && !query.includes('time=') && scene.shown !== 'difference') void go(query);
  }, NEWEST_MS);
}

const root = document.getElementById('town');
if (root) void open(root);
