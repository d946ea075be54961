// « Chercher sur le réseau »: the cameras that answer, and the streams of the one that is chosen.
import { call, Refusal, say } from './page';

interface Found {
  address: string;
  service: string;
  name: string;
  hardware: string;
  location: string;
  known: string | null;
}

export function wireSearch(form: HTMLFormElement): void {
  const start = document.getElementById('search-network') as HTMLButtonElement | null;
  if (!start) return;
  const place = (id: string) => document.getElementById(id) as HTMLElement;
  const box = (id: string) => document.getElementById(id) as HTMLInputElement;
  const field = (key: string) => form.elements.namedItem(key) as HTMLInputElement;
  const status = place('search-status');
  let chosen: Found | null = null;

  const told = (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    status.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
  };

  const choose = (found: Found, button: HTMLButtonElement) => {
    chosen = found;
    for (const other of place('search-list').querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === button));
    place('search-ask').hidden = false;
    if (!field('label').value && found.name) {
      field('label').value = found.name;
      field('label').dispatchEvent(new Event('input', { bubbles: true }));
    }
    box('onvif-user').focus();
  };

  const entry = (found: Found): HTMLLIElement => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'pick';
    button.setAttribute('aria-pressed', 'false');
    const words = document.createElement('span');
    words.className = 'words';
    const name = document.createElement('b');
    name.textContent = found.name || found.address;
    const about = document.createElement('span');
    about.className = 'meta';
    about.textContent = [found.address, found.hardware, found.location, found.known ? say('search-known', { camera: found.known }) : ''].filter(Boolean).join(' · ');
    words.append(name, about);
    button.append(words);
    button.addEventListener('click', () => choose(found, button));
    item.append(button);
    return item;
  };

  start.addEventListener('click', async () => {
    start.disabled = true;
    status.textContent = say('searching');
    try {
      const answer = await call('POST', '/api/v1/cameras/search');
      const list = (await answer.json()) as Found[];
      place('search-list').replaceChildren(...list.map(entry));
      status.textContent = list.length === 0 ? say('search-none') : list.length === 1 ? say('search-one') : say('search-n', { n: list.length });
    } catch (error) {
      told(error);
    } finally {
      start.disabled = false;
    }
  });

  /** The streams are told without user and password: they go in here, where they were typed. */
  const signed = (address: string | null): string => {
    const user = encodeURIComponent(box('onvif-user').value);
    const password = encodeURIComponent(box('onvif-password').value);
    return user && address ? address.replace('://', `://${user}${password ? `:${password}` : ''}@`) : (address ?? '');
  };

  const ask = async () => {
    if (!chosen) return;
    status.textContent = say('asking');
    try {
      const answer = await call('POST', '/api/v1/cameras/search/streams', { service: chosen.service, user: box('onvif-user').value, password: box('onvif-password').value });
      const streams = (await answer.json()) as { main: string; sub: string | null };
      field('source').value = signed(streams.main);
      field('sub_source').value = signed(streams.sub);
      status.textContent = say(streams.sub ? 'asked-both' : 'asked-main');
      document.getElementById('test')?.focus();
    } catch (error) {
      told(error);
    }
  };
  place('search-ask').addEventListener('submit', (event) => {
    event.preventDefault();
    void ask();
  });
}
