// The editor of a place: laid on the map, measured by zones and lines, saved as YAML.
import './styles/map.css';
import './styles/ground.css';
import './styles/place_edit.css';
import { element } from './editor/dom';
import { Saving } from './editor/saving';
import { Steps, undoKeys } from './editor/steps';
import { around, type Base, planBox, type Scene, type Spot } from './map/scene';
import { loaded, under } from './map/surface';
import { call, Refusal, say, toast } from './page';
import { type Given, MARK, Model } from './place_edit/model';
import { PlacePane, type Seen } from './place_edit/pane';
import { Fields } from './place_edit/sheet';

interface Told extends Given {
  etag: string;
  base: Base;
  others: { label: string; at: Spot; polygon: Spot[] | null }[];
  seen: Seen[];
}

/** Mainland France: where one begins to look for a place when nothing is on the map yet. */
const FRANCE: [Spot, Spot] = [[-5, 42], [8.5, 51]];

async function edit(root: HTMLElement): Promise<void> {
  const told = JSON.parse(root.dataset['place'] ?? '{}') as Told;
  const { base } = told;
  const model = new Model(told, base.metres);
  const steps = new Steps();
  let pane: PlacePane | null = null;
  let done = '';

  const desk = {
    laid: () => model.laid(),
    take(name: string) {
      if (pane) pane.chosen = name;
      done = '';
      draw();
    },
    leave: () => desk.take(''),
    moved: draw,
    keep(before: string, run = '') {
      done = '';
      steps.keep(before, model.laid(), run);
      draw();
    },
    lay(state: string | null) {
      if (state === null) return;
      model.lay(state);
      done = '';
      draw();
    },
    change(make: () => void, run = '') {
      const before = model.laid();
      make();
      desk.keep(before, run);
    },
    remove(name: string) {
      desk.change(() => model.remove(name));
      if (name !== MARK) done = say('removed-corner', { n: Number(name) + 1 });
      draw();
    },
  };
  const fields = new Fields(root, model, (make) => desk.change(make));
  const saving = new Saving(
    () => `/api/v1/places/${encodeURIComponent(model.name)}`,
    told.etag,
    {
      get changes() {
        return model.changes;
      },
      get refused() {
        return model.wrong.length > 0 || fields.wrong;
      },
      state: () => model.state(),
      body: () => model.body(),
      markSaved: (state) => model.markSaved(state),
      reset: () => desk.change(() => model.reset()),
    },
    () => {
      if (model.fresh) window.location.href = `/places/${encodeURIComponent(model.name)}`;
      else toast(say('place-saved'));
    },
  );

  const laying = (): string => root.querySelector<HTMLInputElement>('[name=laying]:checked')?.value ?? 'mark';

  function pick(spot: Spot): void {
    desk.change(() => {
      if (laying() === 'mark') model.place.at = spot;
      else model.place.polygon = [...model.corners, spot];
    });
  }

  function draw(): void {
    pane?.draw();
    fields.draw();
    const wrong = model.changes ? model.wrong : [];
    element('place-wrong').textContent = wrong.length ? say(wrong[0] as string) : '';
    element('place-hint').textContent = done || say(laying() === 'mark' ? 'pick-mark' : 'pick-corner');
    element<HTMLButtonElement>('undo').disabled = !steps.canUndo;
    element<HTMLButtonElement>('redo').disabled = !steps.canRedo;
    element<HTMLButtonElement>('no-outline').disabled = !model.corners.length;
    saving.draw();
  }

  element('undo').addEventListener('click', () => desk.lay(steps.undo(model.laid())));
  element('redo').addEventListener('click', () => desk.lay(steps.redo(model.laid())));
  undoKeys(
    () => desk.lay(steps.undo(model.laid())),
    () => desk.lay(steps.redo(model.laid())),
  );
  element('no-outline').addEventListener('click', () => desk.change(() => delete model.place.polygon));
  for (const radio of root.querySelectorAll('[name=laying]')) radio.addEventListener('change', draw);
  window.addEventListener('resize', draw);
  leaving(model, saving);
  draw();

  const plan = base.kind === 'plan' && base.address ? await loaded(base.address) : null;
  const planAt = plan ? planBox(base, plan) : null;
  const surface = await under(element('ground-canvas'), base, plan, planAt);
  const others = told.others.map((place) => ({ ...place, name: '', level: null, word: '', said: '', gap: false, alert: false }));
  const scene: Scene = { base, shown: 'levels', places: others, flows: [], cells: { corners: [], step: [], hatched: [] } };
  surface.show(scene);
  surface.fit(first(model, told) ?? around(scene, planAt) ?? (base.metres ? [[-30, -30], [30, 30]] : FRANCE), 0);
  const marks = document.getElementById('ground-marks') as unknown as SVGSVGElement;
  pane = new PlacePane(marks, element<HTMLCanvasElement>('map-glass'), surface, model, desk, told.seen, pick);
  draw();
  root.dataset['ready'] = 'yes';
  document.addEventListener('theme', () => surface.recolour());
}

/** What one came to see: the place with its surroundings; of a new one, what cameras see. */
function first(model: Model, told: Told): [Spot, Spot] | null {
  const own = [...(model.place.at ? [model.place.at] : []), ...model.corners];
  const spots = own.length ? own : told.seen.flatMap((one) => one.outline);
  if (!spots.length) return null;
  const air = (told.base.metres ? 1 : 9e-6) * (own.length ? 15 : 5);
  const [xs, ys] = [spots.map((spot) => spot[0]), spots.map((spot) => spot[1])];
  return [
    [Math.min(...xs) - air, Math.min(...ys) - air],
    [Math.max(...xs) + air, Math.max(...ys) + air],
  ];
}

/** The place leaves in two steps; the version of the file goes with it, as with any change. */
function leaving(model: Model, saving: Saving): void {
  const dialog = document.getElementById('remove-dialog') as HTMLDialogElement | null;
  if (!dialog) return;
  const wrong = element('remove-wrong');
  element('remove').addEventListener('click', () => {
    wrong.textContent = '';
    dialog.showModal();
  });
  element('remove-cancel').addEventListener('click', () => dialog.close());
  const submit = element<HTMLButtonElement>('remove-now');
  element('remove-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await call('DELETE', `/api/v1/places/${encodeURIComponent(model.name)}`, undefined, { 'If-Match': `"${saving.version}"` });
      model.markSaved(model.state());
      window.location.href = '/map';
    } catch (error) {
      submit.disabled = false;
      if (!(error instanceof Refusal)) throw error;
      wrong.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
    }
  });
}

const root = document.getElementById('place-edit');
if (root) void edit(root);
