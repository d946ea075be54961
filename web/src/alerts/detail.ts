// The alert that is open: drawn by the server, judged here, kept current without losing a word.
import { csrf, say } from '../page';
import { fetched, parsed } from './fetched';
import { stopPlaying, wirePlayer } from './player';

/** Parts of an open alert that change in place while somebody reads it. */
const CHANGING = ['.alert-said', '.alert-facts', '.to-do'];

export class Detail {
  private undo = 0;

  /** `judged` is called with the page that answers a verdict. */
  constructor(
    private readonly place: HTMLElement,
    private readonly judged: (page: Document) => void,
  ) {
    this.place.addEventListener('submit', (event) => this.submit(event));
    this.wire();
  }

  get article(): HTMLElement | null {
    return this.place.querySelector<HTMLElement>('article');
  }

  /** The id of the alert that is open. */
  get chosen(): string {
    return this.article?.dataset['id'] ?? '';
  }

  show(page: Document): boolean {
    const fresh = page.getElementById('detail');
    if (!fresh) return false;
    stopPlaying();
    this.place.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
    this.wire();
    return true;
  }

  focus(): void {
    this.place.querySelector<HTMLElement>('#alert-title')?.focus({ preventScroll: true });
  }

  /** The alert changed: its facts change in place; true where the whole of it was shown anew. */
  async renew(): Promise<boolean> {
    const id = this.chosen;
    const page = await fetched(`/alerts/${encodeURIComponent(id)}`);
    const fresh = page?.querySelector<HTMLElement>('#detail article');
    const held = this.article;
    if (!page || !fresh || !held || held.dataset['id'] !== id) return false;
    const note = held.querySelector<HTMLTextAreaElement>('textarea')?.value;
    if (fresh.dataset['state'] !== held.dataset['state'] && !note) return this.show(page);
    for (const part of CHANGING) {
      const [mine, told] = [held.querySelector(part), fresh.querySelector(part)];
      if (mine && told) mine.replaceWith(document.importNode(told, true));
    }
    return false;
  }

  act(name: string): void {
    this.place.querySelector<HTMLButtonElement>(`[data-act="${name}"]`)?.click();
  }

  reasons(): HTMLDetailsElement | null {
    return this.place.querySelector<HTMLDetailsElement>('[data-dismiss]');
  }

  note(): void {
    const noted = this.place.querySelector<HTMLDetailsElement>('.noted');
    if (!noted) return;
    noted.open = true;
    noted.querySelector('textarea')?.focus();
  }

  private wire(): void {
    window.clearInterval(this.undo);
    wirePlayer(this.place);
    const bar = this.place.querySelector<HTMLElement>('[data-undo-s]');
    if (!bar) return;
    const until = performance.now() + Number(bar.dataset['undoS']) * 1000;
    this.undo = window.setInterval(() => {
      const left = Math.ceil((until - performance.now()) / 1000);
      const place = bar.querySelector('[data-left]');
      if (place) place.textContent = `${Math.max(0, left)}\u00a0s`;
      if (left > 0) return;
      window.clearInterval(this.undo);
      bar.querySelector('button')?.remove();
    }, 250);
  }

  private submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches('[data-verdict]')) return;
    event.preventDefault();
    void this.give(form, event.submitter as HTMLButtonElement | null);
  }

  private async give(form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
    const id = this.chosen;
    const address = button?.getAttribute('formaction') ?? form.action;
    const wrong = form.querySelector<HTMLElement>('[data-wrong]') as HTMLElement;
    const body = new URLSearchParams(new FormData(form, button) as unknown as Record<string, string>);
    wrong.textContent = '';
    for (const one of form.querySelectorAll('button')) one.disabled = true;
    try {
      const headers = { Accept: 'application/json', 'X-CSRF-Token': csrf() };
      const answer = await fetch(address, { method: 'POST', body, headers });
      if (answer.ok) {
        const page = parsed(await answer.text());
        if (this.chosen !== id) return;
        this.show(page);
        this.judged(page);
        const undo = this.place.querySelector<HTMLElement>('[data-act=undo]');
        if (undo) undo.focus({ preventScroll: true });
        else this.focus();
        return;
      }
      const told = (await answer.json().catch(() => ({}))) as Record<string, string>;
      wrong.textContent = [told['title'], told['detail'], told['remedy']].filter(Boolean).join(' ') || say('unreachable');
    } catch {
      wrong.textContent = say('not-sent');
    }
    for (const one of form.querySelectorAll('button')) one.disabled = false;
  }
}
