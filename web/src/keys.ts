// Keys of every page: / goes somewhere, ? tells the keys, ↑ ↓ walk a table, L tells where logs are.
// Single keys can be switched off: a person who dictates would press them without meaning to.

const KEPT = 'parvis-keys';

export function takeKeys(): void {
  const dialog = (id: string) => document.getElementById(id) as HTMLDialogElement | null;
  const keys = dialog('keys');
  const search = dialog('search');
  const logs = dialog('logs');
  const on = document.getElementById('keys-on') as HTMLInputElement | null;
  if (on) {
    on.checked = singleKeysAct();
    on.addEventListener('change', () => localStorage.setItem(KEPT, on.checked ? 'on' : 'off'));
  }
  for (const button of document.querySelectorAll('[data-keys]')) button.addEventListener('click', () => keys?.showModal());
  for (const button of document.querySelectorAll<HTMLElement>('dialog [data-shut]')) {
    button.addEventListener('click', () => button.closest('dialog')?.close());
  }
  if (search) armSearch(search);

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') return walk(event);
    if (!singleKeysAct() || writing(event.target)) return;
    if (event.key === '/') search?.showModal();
    else if (event.key === '?') keys?.showModal();
    else if (event.key.toLowerCase() === 'l' && logs) tellLogs(logs);
    else return;
    event.preventDefault();
  });
}

/** Whether the person lets single keys act. */
export function singleKeysAct(): boolean {
  return localStorage.getItem(KEPT) !== 'off';
}

export function writing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}

/** ↑ ↓ between the cameras of a table; Enter follows the link as everywhere. */
function walk(event: KeyboardEvent): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('table[data-rows] a.name')].filter((link) => link.offsetParent);
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  // Elsewhere than in the table the arrows scroll the page, unless nothing has the focus.
  if (at < 0 && (document.activeElement !== document.body || event.key === 'ArrowUp')) return;
  const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** The command that reads the logs, for the camera whose row has the focus. */
function tellLogs(logs: HTMLDialogElement): void {
  const row = document.activeElement?.closest<HTMLElement>('tr[data-camera]');
  const one = logs.querySelector<HTMLElement>('#logs-one');
  const command = logs.querySelector('[data-command]');
  if (one) one.hidden = !row;
  if (command && row) command.textContent = `journalctl -u parvis -f --grep ${row.dataset['camera']}`;
  logs.showModal();
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();

/** Typing keeps the links that hold the text, accents or not; Enter opens the first. */
function armSearch(search: HTMLDialogElement): void {
  const field = search.querySelector<HTMLInputElement>('input') as HTMLInputElement;
  const items = [...search.querySelectorAll<HTMLLIElement>('li')];
  const none = search.querySelector<HTMLElement>('[role=status]');
  const sift = () => {
    const text = plain(field.value.trim());
    for (const item of items) item.hidden = !plain(item.textContent ?? '').includes(text);
    if (none) none.hidden = items.some((item) => !item.hidden);
  };
  field.addEventListener('input', sift);
  search.addEventListener('close', () => {
    field.value = '';
    sift();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    items.find((item) => !item.hidden)?.querySelector('a')?.click();
  });
}
