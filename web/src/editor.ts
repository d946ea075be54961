// The editor of one camera: masks, lines and zones over a blurred still, by mouse, touch and keys.
import { say } from './page';
import { Draft, type Tool } from './editor/draft';
import { element, hint, made } from './editor/dom';
import { Keyboard } from './editor/keyboard';
import { List } from './editor/list';
import { Picture } from './editor/picture';
import { Pointer } from './editor/pointer';
import { Saving } from './editor/saving';
import { Session } from './editor/session';
import { called, type Given } from './editor/shapes';
import { Sheet } from './editor/sheet';
import { Trial } from './editor/trial';
import { warnings } from './editor/warnings';

function edit(root: HTMLElement): void {
  const told = JSON.parse(root.dataset['editor'] ?? '{}') as Given;
  const svg = document.getElementById('picture') as unknown as SVGSVGElement;
  const sheet = new Sheet(told);
  const draft = new Draft(sheet, svg);
  const trial = new Trial(sheet, svg, () => session.end());
  const picture = new Picture(svg, sheet, draft, trial);
  const pointer = new Pointer(picture, sheet, draft);
  const keyboard = new Keyboard(picture, sheet, draft, pointer);
  const saving = new Saving(() => `/api/v1/cameras/${encodeURIComponent(told.name)}/shapes`, told.etag, sheet);
  const session = new Session(told.name, element('left'), {
    begin,
    show(still, pixels) {
      picture.show(still, pixels);
      sheet.draw();
    },
    gone() {
      trial.stop();
      picture.gone();
      element('try').hidden = true;
    },
  });
  const list = new List(sheet, trial, (i) => {
    const shape = sheet.shapes[i];
    if (!shape) return;
    hint(say('removed', { shape: called(shape, sheet.shapes) }));
    sheet.remove(i);
    svg.focus({ preventScroll: true });
  });

  sheet.onDraw(() => {
    const found = warnings(sheet.shapes, picture.pixels);
    picture.draw();
    list.draw(new Set(found.map((one) => one.i)));
    saving.draw();
    element<HTMLButtonElement>('undo').disabled = !sheet.canUndo && !draft.points.length;
    element<HTMLButtonElement>('redo').disabled = !sheet.canRedo && !draft.canRedo;
    element('warnings').replaceChildren(...found.map((one) => made('li', 'note', `⚠ ${one.text}`)));
  });

  function begin(): void {
    element('desk').hidden = false;
    element('savebar').hidden = false;
    element('try').hidden = session.id === null;
    sheet.draw();
    svg.focus({ preventScroll: true });
  }

  element('try').addEventListener('click', () => {
    if (trial.on) trial.stop();
    else if (session.id) trial.start(session.id).catch((error: unknown) => saving.refused(error));
  });
  for (const button of root.querySelectorAll<HTMLElement>('[data-tool]')) {
    button.addEventListener('click', () => draft.take(button.dataset['tool'] as Tool));
  }
  element('finish').addEventListener('click', () => draft.finish());
  element('undo').addEventListener('click', () => keyboard.undo());
  element('redo').addEventListener('click', () => keyboard.redo());
  window.addEventListener('resize', () => sheet.draw());
}

const root = document.getElementById('editor');
if (root) edit(root);
