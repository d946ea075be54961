// The list and the open alert, kept current together. The server draws everything.
import { paced } from '../paced';
import { say, toast } from '../page';
import { Current } from './current';
import { Detail } from './detail';
import { fetched } from './fetched';
import { AlertList } from './list';
import { stopPlaying } from './player';
import { ring } from './sound';

const PACE_MS = 700;
const AGES_MS = 15_000;
const SPEAK_MS = 10_000;

export class Inbox {
  readonly detail: Detail;
  private readonly list: AlertList;
  private readonly current: Current;
  private readonly refresh = paced(() => this.ask(), PACE_MS);
  private spokenMs = -SPEAK_MS;

  constructor(private readonly root: HTMLElement) {
    const button = document.getElementById('fresh') as HTMLButtonElement;
    this.list = new AlertList(document.getElementById('inbox-list') as HTMLElement, button);
    this.detail = new Detail(document.getElementById('detail') as HTMLElement, (page) => this.judged(page));
    button.addEventListener('click', () => {
      this.list.apply(this.detail.chosen);
      this.list.links()[0]?.focus();
    });
    this.root.addEventListener('click', (event) => this.click(event));
    window.addEventListener('popstate', () => window.location.reload());
    this.current = new Current(root, () => void this.refresh());
    window.setInterval(() => void this.refresh(), AGES_MS);
  }

  /** Open the alert after the one that is open, or before it. */
  step(by: 1 | -1): void {
    const chosen = this.detail.chosen;
    // At the end of the list the key asks for what waits behind it.
    if (by > 0 && this.list.waits && this.list.isLast(chosen)) this.list.apply(chosen);
    const opened = this.root.classList.contains('opened');
    const links = this.list.links().filter((link) => link.offsetParent !== null || opened);
    const at = links.findIndex((link) => link.closest<HTMLElement>('li')?.dataset['alert'] === chosen);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next) void this.open(next);
  }

  private async ask(): Promise<void> {
    const page = await fetched(this.root.dataset['list'] ?? '/alerts');
    const fresh = page?.getElementById('inbox-list');
    if (!page || !fresh) return;
    this.current.listed();
    const news = this.list.take(fresh);
    this.retell(page);
    if (news.length) {
      ring(news.some((row) => row.dataset['grave'] === 'yes'));
      this.speak(news.length === 1 ? say('came-1') : say('came-n', { n: news.length }));
    }
    await this.follow();
  }

  /** The row of the open alert says that it changed: so does what stands beside the list. */
  private async follow(): Promise<void> {
    const row = this.list.row(this.detail.chosen);
    const article = this.detail.article;
    if (!row || !article || row.dataset['changed'] === article.dataset['changed']) return;
    const known = article.dataset['changed'];
    article.dataset['changed'] = row.dataset['changed'] ?? '';
    if (known && (await this.detail.renew())) this.shown();
  }

  private judged(page: Document): void {
    const fresh = page.getElementById('inbox-list');
    if (fresh) this.list.take(fresh);
    this.retell(page);
    this.shown();
  }

  /** The tally, and the count in the rail and the tabs. */
  private retell(page: Document): void {
    const tally = page.getElementById('tally');
    const mine = document.getElementById('tally');
    if (tally && mine) mine.textContent = tally.textContent;
    for (const count of document.querySelectorAll<HTMLElement>('[data-alert-count]')) {
      const told = page.querySelector<HTMLElement>('[data-alert-count]');
      count.replaceChildren(...Array.from(told?.childNodes ?? [], (node) => document.importNode(node, true)));
      count.hidden = told?.hidden ?? true;
    }
  }

  private speak(text: string): void {
    const place = document.getElementById('spoken');
    if (!place || performance.now() - this.spokenMs < SPEAK_MS) return;
    this.spokenMs = performance.now();
    place.textContent = text;
  }

  private click(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('.alert-row a, .same a, a.back');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.classList.contains('back')) this.leave();
    else void this.open(link);
  }

  private async open(link: HTMLAnchorElement): Promise<void> {
    const page = await fetched(link.href);
    if (!page || !this.detail.show(page)) return toast(say('unreachable'));
    history.pushState(null, '', link.href);
    this.shown();
    this.detail.focus();
    if (window.matchMedia('(max-width: 47.99rem)').matches) window.scrollTo(0, 0);
    this.list.row(this.detail.chosen)?.scrollIntoView({ block: 'nearest' });
  }

  private shown(): void {
    this.root.classList.add('opened');
    this.list.choose(this.detail.chosen);
  }

  private leave(): void {
    stopPlaying();
    const id = this.detail.chosen;
    this.root.classList.remove('opened');
    history.pushState(null, '', '/alerts');
    void this.refresh().then(() => this.list.apply(id));
    this.list.row(id)?.querySelector('a')?.focus();
  }
}
