// The list: rows change in place and never move unasked; what is new waits behind a button.
import { say } from '../page';

const MOST_ROWS = 120;

const rowsIn = (root: ParentNode) => [...root.querySelectorAll<HTMLLIElement>('li[data-alert]')];

export class AlertList {
  /** The list as the server last told it, not shown yet. */
  private told: HTMLElement | null = null;

  constructor(
    private readonly place: HTMLElement,
    private readonly button: HTMLButtonElement,
  ) {}

  rows(): HTMLLIElement[] {
    return rowsIn(this.place);
  }

  links(): HTMLAnchorElement[] {
    return this.rows()
      .map((row) => row.querySelector('a'))
      .filter((link) => link !== null);
  }

  row(id: string): HTMLLIElement | undefined {
    return this.rows().find((one) => one.dataset['alert'] === id);
  }

  /** Whether something new waits behind the button. */
  get waits(): boolean {
    return !this.button.hidden;
  }

  isLast(id: string): boolean {
    return this.rows().at(-1)?.dataset['alert'] === id;
  }

  /** Mark the row of an alert as the one that is open. */
  choose(id: string): void {
    for (const one of this.rows()) {
      const link = one.querySelector('a');
      if (one.dataset['alert'] === id) link?.setAttribute('aria-current', 'true');
      else link?.removeAttribute('aria-current');
    }
  }

  /** Take the server's list; returns the rows that nobody here has seen before. */
  take(fresh: HTMLElement): HTMLLIElement[] {
    this.told = fresh;
    const held = new Map(this.rows().map((row) => [row.dataset['alert'] ?? '', row]));
    const groups = new Map(this.rows().map((row) => [this.groupOf(row), row]));
    const quiet = this.place.querySelectorAll('[data-rows-of=new] > li').length === 0;
    const news: HTMLLIElement[] = [];
    let waiting = 0;
    for (const row of rowsIn(fresh)) {
      const mine = held.get(row.dataset['alert'] ?? '') ?? groups.get(this.groupOf(row));
      if (mine) {
        if (mine.dataset['alert'] !== row.dataset['alert']) news.push(row);
        this.update(mine, row);
        continue;
      }
      if (!row.closest('[data-rows-of=new]')) continue;
      news.push(row);
      if (quiet || row.dataset['grave'] === 'yes') this.enter(row);
      else waiting += 1;
    }
    for (const total of fresh.querySelectorAll<HTMLElement>('[data-section] [data-total]')) {
      const key = total.closest<HTMLElement>('[data-section]')?.dataset['section'];
      const mine = this.place.querySelector(`[data-section="${key}"] [data-total]`);
      if (mine) mine.textContent = total.textContent;
    }
    this.offer(waiting);
    return news;
  }

  /** Show the list as the server told it: somebody asked. */
  apply(chosen: string): void {
    if (!this.told) return;
    const focused = document.activeElement?.closest<HTMLElement>('li[data-alert]')?.dataset['alert'];
    this.place.replaceChildren(...Array.from(this.told.childNodes, (node) => document.importNode(node, true)));
    this.told = null;
    this.offer(0);
    this.choose(chosen);
    if (focused) this.row(focused)?.querySelector('a')?.focus();
  }

  private groupOf(row: HTMLElement): string {
    return `${row.closest<HTMLElement>('[data-rows-of]')?.dataset['rowsOf']} ${row.dataset['key']}`;
  }

  private update(mine: HTMLLIElement, row: HTMLLIElement): void {
    const current = mine.querySelector('a')?.getAttribute('aria-current');
    const focused = mine.contains(document.activeElement);
    const fresh = document.importNode(row, true);
    const link = fresh.querySelector('a');
    if (current) link?.setAttribute('aria-current', current);
    else link?.removeAttribute('aria-current');
    if (mine.outerHTML === fresh.outerHTML) return;
    mine.replaceWith(fresh);
    if (focused) link?.focus();
  }

  private enter(row: HTMLLIElement): void {
    const list = this.place.querySelector<HTMLUListElement>('[data-rows-of=new]');
    if (!list) return;
    const fresh = document.importNode(row, true);
    fresh.querySelector('a')?.removeAttribute('aria-current');
    list.prepend(fresh);
    (list.closest('[data-section]') as HTMLElement).hidden = false;
    document.getElementById('empty')?.remove();
    // A burst must not grow the page without end; the server pages the rest.
    while (list.childElementCount > MOST_ROWS) list.lastElementChild?.remove();
  }

  private offer(waiting: number): void {
    this.button.hidden = waiting === 0;
    this.button.textContent = waiting === 1 ? say('fresh-1') : say('fresh-n', { n: waiting });
  }
}
