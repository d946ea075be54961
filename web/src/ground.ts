// Calage au sol: pairs picked in the still and on the map, tried at once, saved as YAML.
import './styles/map.css';
import './styles/ground.css';
import { element } from './editor/dom';
import { Saving } from './editor/saving';
import { Session } from './editor/session';
import { undoKeys } from './editor/steps';
import { Desk } from './ground/desk';
import { ErrorField } from './ground/field';
import { PairList } from './ground/list';
import { MapPane } from './ground/map';
import { Model, type Method, type Tried, type Written } from './ground/model';
import { PicturePane } from './ground/picture';
import { around, type Base, planBox, type Scene, type Spot } from './map/scene';
import { loaded, under } from './map/surface';
import { call, number, Refusal, say } from './page';

interface Told {
  name: string;
  etag: string;
  ground: Written | null;
  base: Base;
  places: { label: string; at: Spot; polygon: Spot[] | null }[];
  error_bounds_m: number[];
}

const WAIT_MS = 250;

async function calibrate(root: HTMLElement): Promise<void> {
  const told = JSON.parse(root.dataset['ground'] ?? '{}') as Told;
  const model = new Model(told.ground, told.base.metres);
  // A camera whose metres are of a plane of its own is not on the map: a plain sheet is its map.
  const base: Base = model.metres === told.base.metres ? told.base : { kind: 'none', metres: model.metres };
  const address = `/api/v1/cameras/${encodeURIComponent(told.name)}/ground`;
  let tried: Tried | null = null;
  let waiting = 0;

  const desk = new Desk(model, draw, again);
  const svg = document.getElementById('ground-picture') as unknown as SVGSVGElement;
  const field = new ErrorField(svg.querySelector('[data-field]') as SVGGElement, element('error-legend'), element<HTMLInputElement>('error-on'), told.error_bounds_m);
  const picture = new PicturePane(svg, desk, field, pickImage);
  const list = new PairList(desk);
  const saving = new Saving(() => address, told.etag, {
    get changes() {
      return model.changed ? 1 : 0;
    },
    get refused() {
      return Boolean(tried?.refusal);
    },
    state: () => model.state(),
    body: () => model.body(),
    markSaved: (state) => model.markSaved(state),
    reset: () => desk.change(() => model.reset()),
  });
  let opening = false;
  let map: MapPane | null = null;
  new Session(told.name, element('ground-left'), {
    begin() {
      element('bench').hidden = false;
      element('savebar').hidden = false;
      if (!opening) void openMap();
      desk.moved();
    },
    show(still, pixels) {
      picture.show(still, pixels);
      draw();
    },
    gone: () => picture.gone(),
  });

  async function openMap(): Promise<void> {
    opening = true;
    const plan = base.kind === 'plan' && base.address ? await loaded(base.address) : null;
    const planAt = plan ? planBox(base, plan) : null;
    const surface = await under(element('ground-canvas'), base, plan, planAt);
    const places = base === told.base ? told.places.map((place) => ({ ...place, name: '', level: null, word: '', said: '', gap: false, alert: false })) : [];
    const scene: Scene = { base, shown: 'levels', places, flows: [], cells: { corners: [], step: [], hatched: [] }};
    surface.show(scene);
    const spots = model.pairs.map((pair) => pair.ground).filter((spot): spot is Spot => spot !== null);
    const air = base.metres ? 4 : 4e-5;
    const [xs, ys] = [spots.map((spot) => spot[0]), spots.map((spot) => spot[1])];
    const box = spots.length ? ([[Math.min(...xs) - air, Math.min(...ys) - air], [Math.max(...xs) + air, Math.max(...ys) + air]] as [Spot, Spot]) : around(scene, planAt);
    if (box) surface.fit(box, 0);
    else if (base.metres) surface.fit([[-30, -30], [30, 30]], 0);
    const marks = document.getElementById('ground-marks') as unknown as SVGSVGElement;
    map = new MapPane(marks, element<HTMLCanvasElement>('map-glass'), surface, desk, pickGround);
    map.draw(tried);
    root.dataset['ready'] = 'yes';
    document.addEventListener('theme', () => surface.recolour());
  }

  /** The one that the next click gives an end to. */
  function beingLaid(): number {
    if (!model.laying || model.chosen < 0) model.add();
    return model.chosen;
  }

  function pickImage(spot: Spot): void {
    desk.change(() => {
      const i = beingLaid();
      const [pair, length] = [model.pairs[i], model.lengths[i]];
      if (model.method === 'points' && pair) pair.image = spot;
      else if (length && (!length.from || length.to)) Object.assign(length, { from: spot, to: null });
      else if (length) length.to = spot;
      if (model.placed(i)) model.choose(i);
    });
  }

  function pickGround(spot: Spot): void {
    if (model.method !== 'points') return;
    desk.change(() => {
      const i = beingLaid();
      const pair = model.pairs[i];
      if (pair) pair.ground = spot;
      // The pair is whole: the next click begins another.
      if (model.placed(i)) model.choose(i);
    });
  }

  function again(): void {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void attempt(), WAIT_MS);
  }

  async function attempt(): Promise<void> {
    const state = model.state();
    try {
      const answer = (await (await call('POST', `${address}/try`, model.body())).json()) as Tried;
      if (state !== model.state()) return;
      const { complete } = model;
      const ours = (sent: number[]) => sent.map((k) => complete[k] ?? k);
      const { refusal } = answer;
      tried = { ...answer, refusal: refusal && { ...refusal, points: ours(refusal.points), lengths: ours(refusal.lengths) } };
      verdict(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (state !== model.state()) return;
      tried = null;
      element('ground-verdict').textContent = [error.title, error.detail].filter(Boolean).join(' ');
    }
    draw();
  }

  function verdict(answer: Tried): void {
    const place = element('ground-verdict');
    place.classList.toggle('refused', answer.refusal !== null);
    if (answer.refusal) place.textContent = `${answer.refusal.reason} ${answer.refusal.remedy}`;
    else if (!model.complete.length) place.textContent = say('removed-ground');
    else {
      const kept = answer.off_m.filter((off, k): off is number => off !== null && !answer.left_aside.includes(k));
      const hangs = answer.height_m === null ? say('good-open') : say('good-lengths', { height: number(answer.height_m, 1), tilt: number(answer.tilt_deg) });
      place.textContent = kept.length ? `${hangs} ${say('worst', { worst: number(Math.max(...kept), 2) })}` : hangs;
    }
  }

  function draw(): void {
    picture.draw(tried);
    map?.draw(tried);
    list.draw(tried);
    for (const radio of root.querySelectorAll<HTMLInputElement>('[name=method]')) radio.checked = radio.value === model.method;
    element<HTMLButtonElement>('undo').disabled = !desk.steps.canUndo;
    element<HTMLButtonElement>('redo').disabled = !desk.steps.canRedo;
    element('ground-hint').textContent = hint();
    element('ground-map-card').hidden = model.method === 'lengths';
    saving.draw();
  }

  function hint(): string {
    const n = model.chosen + 1;
    if (desk.done) return desk.done;
    if (!n || !model.laying) return say('picked');
    if (model.method === 'lengths') {
      const one = model.lengths[model.chosen];
      return one?.from && !one.to ? say('pick-to', { n }) : say('pick-from', { n });
    }
    if (model.placed(model.chosen)) return say('pick-either', { n });
    return model.pairs[model.chosen]?.image ? say('pick-ground', { n }) : say('pick-image', { n });
  }

  element('add-pair').addEventListener('click', () => desk.change(() => model.add()));
  for (const radio of root.querySelectorAll<HTMLInputElement>('[name=method]')) {
    radio.addEventListener('change', () => {
      tried = null;
      desk.change(() => {
        model.method = radio.value as Method;
        model.choose(-1);
      });
    });
  }
  element('undo').addEventListener('click', () => desk.undo());
  element('redo').addEventListener('click', () => desk.redo());
  undoKeys(
    () => desk.undo(),
    () => desk.redo(),
  );
  window.addEventListener('resize', draw);
}

const root = document.getElementById('calibration');
if (root) void calibrate(root);
