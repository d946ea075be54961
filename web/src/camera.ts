// The form of one camera: try the address, then add or change the camera.
import { call, number, Refusal, say, toast } from './page';
import { wireSearch } from './search';

const form = document.getElementById('camera-form') as HTMLFormElement | null;

function tell(place: HTMLElement, lines: string[], list: string[] = []): void {
  place.replaceChildren();
  for (const line of lines.filter(Boolean)) {
    const p = document.createElement('p');
    p.textContent = line;
    place.append(p);
  }
  if (list.length) {
    const ol = document.createElement('ol');
    ol.className = 'remedies';
    for (const text of list) {
      const li = document.createElement('li');
      li.textContent = text;
      ol.append(li);
    }
    place.append(ol);
  }
  place.hidden = false;
}

function wire(form: HTMLFormElement): void {
  const name = form.dataset['name'] ?? '';
  const field = (key: string) => form.elements.namedItem(key) as HTMLInputElement;
  const summary = document.getElementById('summary') as HTMLElement;
  const tested = document.getElementById('tested') as HTMLElement;
  const test = document.getElementById('test') as HTMLButtonElement;

  const refused = (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    const fields: string[] = [];
    for (const one of form.querySelectorAll('[aria-invalid]')) one.removeAttribute('aria-invalid');
    for (const wrong of (error.body['errors'] ?? []) as Record<string, unknown>[]) {
      const key = String(wrong['key'] ?? wrong['field'] ?? '').split('.').at(-1) ?? '';
      const input = form.elements.namedItem(key);
      if (input instanceof HTMLElement) {
        input.setAttribute('aria-invalid', 'true');
        const folded = input.closest('details');
        if (folded) folded.open = true;
      }
      fields.push([wrong['message'], wrong['remedy']].filter(Boolean).join(' '));
    }
    tell(summary, [error.title, error.detail, error.remedy], fields);
    if (error.status === 412) {
      const link = document.createElement('a');
      link.href = window.location.href;
      link.textContent = say('reload');
      summary.append(link);
    }
    summary.focus();
  };

  test.addEventListener('click', async () => {
    test.disabled = true;
    summary.hidden = true;
    tested.className = 'note';
    tell(tested, [say('testing')]);
    try {
      const answer = await call('POST', '/api/v1/cameras/test', { source: field('source').value.trim(), camera: name || null });
      const found = await answer.json();
      if (found.ok) {
        tested.classList.add('good');
        tell(tested, [
          say('test-ok', {
            codec: String(found.codec).toUpperCase(),
            width: found.width,
            height: found.height,
            fps: number(found.fps),
            s: number(found.elapsed_s, 1),
          }),
        ]);
      } else {
        tested.className = 'summary';
        tell(tested, [say('test-failed', { reason: found.reason })], found.remedies);
      }
    } catch (error) {
      tested.hidden = true;
      refused(error);
    } finally {
      test.disabled = false;
    }
  });

  if (!name) {
    let own = false;
    field('name').addEventListener('input', () => {
      own = true;
    });
    field('label').addEventListener('input', () => {
      if (own) return;
      field('name').value = field('label')
        .value.normalize('NFD')
        .replace(/[\u0300-\u036f]/g, '')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '');
    });
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const camera = {
      ...JSON.parse(form.dataset['told'] ?? '{}'),
      label: field('label').value.trim(),
      source: field('source').value.trim(),
      sub_source: field('sub_source').value.trim() || null,
      space: field('space').value,
      model: field('model').value,
      rate: field('rate').valueAsNumber,
      anchor: field('anchor').value,
      enabled: field('enabled').checked,
      classes: [...form.querySelectorAll<HTMLInputElement>('[name=classes]:checked')].map((box) => box.value),
    };
    const submit = form.querySelector<HTMLButtonElement>('[type=submit]') as HTMLButtonElement;
    submit.disabled = true;
    try {
      if (name) {
        const answer = await call('PUT', `/api/v1/cameras/${name}`, camera, { 'If-Match': `"${form.dataset['etag']}"` });
        form.dataset['etag'] = (answer.headers.get('ETag') ?? '').replace(/"/g, '');
        summary.hidden = true;
        toast(say('saved'));
      } else {
        const fresh = field('name').value.trim();
        await call('POST', '/api/v1/cameras', { name: fresh, camera });
        window.location.href = `/cameras/${encodeURIComponent(fresh)}/edit`;
      }
    } catch (error) {
      refused(error);
    } finally {
      submit.disabled = false;
    }
  });
}

/** The camera leaves in two steps; the version of the file goes with it, as with any change. */
function wireRemoval(form: HTMLFormElement): void {
  const dialog = document.getElementById('remove-dialog') as HTMLDialogElement | null;
  const leave = document.getElementById('remove-form') as HTMLFormElement | null;
  if (!dialog || !leave) return;
  const wrong = dialog.querySelector<HTMLElement>('[data-wrong]') as HTMLElement;
  document.getElementById('remove')?.addEventListener('click', () => {
    wrong.textContent = '';
    dialog.showModal();
  });
  dialog.querySelector('[data-cancel]')?.addEventListener('click', () => dialog.close());
  leave.addEventListener('submit', async (event) => {
    event.preventDefault();
    const submit = leave.querySelector<HTMLButtonElement>('[type=submit]') as HTMLButtonElement;
    submit.disabled = true;
    try {
      await call('DELETE', `/api/v1/cameras/${form.dataset['name']}`, undefined, { 'If-Match': `"${form.dataset['etag']}"` });
      window.location.href = '/cameras';
    } catch (error) {
      submit.disabled = false;
      if (!(error instanceof Refusal)) throw error;
      wrong.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
    }
  });
}

if (form) {
  wire(form);
  wireSearch(form);
  wireRemoval(form);
}
