// Alertes: the control room's inbox. The server draws everything; this keeps it current, opens an
// alert without a new page, sends verdicts, and takes the keys.
import './styles/alerts.css';
import { AlertList } from './alerts/list';
import { stopPlaying, wirePlayer } from './alerts/player';
import { ring, wireSound } from './alerts/sound';
import { follow, type News } from './feed';
import { singleKeysAct, writing } from './keys';
import { age, clock, csrf, say, serverNow, toast } from './page';

const CUT_MS = 10_000;
const PACE_MS = 700;
const AGES_MS = 15_000;
const SPEAK_MS = 10_000;

const inbox = document.getElementById('inbox');

class Inbox {
  private readonly list: AlertList;
  private readonly detail = document.getElementById('detail') as HTMLElement;
  private heard = 0;
  private broken = false;
  private listedS = serverNow();
  private asking = false;
  private again = false;
  private askedMs = 0;
  private spokenMs = 0;
  private undo = 0;

  constructor(private readonly root: HTMLElement) {
    const button = document.getElementById('fresh') as HTMLButtonElement;
    this.list = new AlertList(document.getElementById('inbox-list') as HTMLElement, button);
    button.addEventListener('click', () => {
      this.list.apply(this.chosen);
      this.list.links()[0]?.focus();
    });
    this.root.addEventListener('click', (event) => this.click(event));
    this.root.addEventListener('submit', (event) => this.submit(event));
    window.addEventListener('popstate', () => window.location.reload());
    this.wireDetail();
    follow('/api/v1/live', (news) => this.hear(news));
    window.setInterval(() => this.tick(), 1000);
    window.setInterval(() => void this.refresh(), AGES_MS);
  }

  get chosen(): string {
    return this.detail.querySelector<HTMLElement>('article')?.dataset['id'] ?? '';
  }

  // What comes in

  private hear(news: News): void {
    if (news.event === 'error') {
      this.broken = true;
      return;
    }
    const back = this.broken || news.event === 'hello';
    this.broken = false;
    this.heard = performance.now();
    if (news.event === 'end') window.location.reload();
    // After a cut the list is asked for whole: nothing that happened meanwhile is missed.
    else if (news.event === 'alerts' || back) void this.refresh();
  }

  /** Ask for the list; in a burst at most every PACE_MS, the last news never lost. */
  private async refresh(): Promise<void> {
    if (this.asking || document.visibilityState === 'hidden') {
      this.again = true;
      return;
    }
    this.asking = true;
    this.again = false;
    const wait = this.askedMs + PACE_MS - performance.now();
    if (wait > 0) await new Promise((done) => window.setTimeout(done, wait));
    this.askedMs = performance.now();
    const page = await this.fetched(this.root.dataset['list'] ?? '/alerts');
    if (page) this.take(page);
    this.asking = false;
    if (this.again) void this.refresh();
  }

  private take(page: Document): void {
    const fresh = page.getElementById('inbox-list');
    if (!fresh) return;
    this.listedS = serverNow();
    const news = this.list.take(fresh);
    this.retell(page);
    if (news.length) {
      ring(news.some((row) => row.dataset['grave'] === 'yes'));
      this.speak(news.length === 1 ? say('came-1') : say('came-n', { n: news.length }));
    }
    const row = this.list.row(this.chosen);
    const article = this.detail.querySelector<HTMLElement>('article');
    if (row && article && row.dataset['changed'] !== article.dataset['changed'] && article.dataset['changed']) {
      void this.renew();
    }
    if (row && article) article.dataset['changed'] = row.dataset['changed'] ?? '';
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

  /** The open alert changed: its facts change in place, what somebody types stays. */
  private async renew(): Promise<void> {
    const id = this.chosen;
    const page = await this.fetched(`/alerts/${encodeURIComponent(id)}`);
    const fresh = page?.querySelector<HTMLElement>('#detail article');
    const held = this.detail.querySelector<HTMLElement>('article');
    if (!fresh || !held || held.dataset['id'] !== id) return;
    const note = held.querySelector<HTMLTextAreaElement>('textarea')?.value;
    if (fresh.dataset['state'] !== held.dataset['state'] && !note) return this.show(page as Document, false);
    for (const part of ['.alert-said', '.alert-facts', '.to-do']) {
      const [mine, told] = [held.querySelector(part), fresh.querySelector(part)];
      if (mine && told) mine.replaceWith(document.importNode(told, true));
    }
  }

  private async fetched(address: string): Promise<Document | null> {
    try {
      const answer = await fetch(address, { headers: { Accept: 'text/html' } });
      if (!answer.ok || answer.redirected) return null;
      return new DOMParser().parseFromString(await answer.text(), 'text/html');
    } catch {
      return null;
    }
  }

  private speak(text: string): void {
    const place = document.getElementById('spoken');
    if (!place || performance.now() - this.spokenMs < SPEAK_MS) return;
    this.spokenMs = performance.now();
    place.textContent = text;
  }

  private tick(): void {
    const feed = document.getElementById('feed') as HTMLElement;
    const stamp = document.getElementById('clock');
    const cut = document.getElementById('cut') as HTMLElement;
    if (stamp && !this.broken) stamp.dataset['running'] = 'yes';
    const silence = performance.now() - this.heard;
    const lost = this.heard > 0 && (silence >= CUT_MS || this.broken);
    feed.dataset['feed'] = !this.heard ? 'waiting' : lost ? 'lost' : 'live';
    feed.textContent = !this.heard ? say('waiting') : lost ? say('cut-short') : say('following');
    cut.hidden = !lost;
    this.root.classList.toggle('stale', lost);
    if (lost) {
      const text = say('cut', { age: age(silence / 1000), time: clock(this.listedS) });
      if (cut.textContent !== text) cut.textContent = text;
    }
    if (this.again && !this.asking) void this.refresh();
  }

  // What a person does

  private click(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>('.alert-row a, .same a, a.back');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.classList.contains('back')) this.leave();
    else void this.open(link);
  }

  async open(link: HTMLAnchorElement): Promise<void> {
    const page = await this.fetched(link.href);
    if (!page) return toast(say('unreachable'));
    history.pushState(null, '', link.href);
    this.show(page, true);
  }

  private show(page: Document, focus: boolean): void {
    const fresh = page.getElementById('detail');
    if (!fresh) return;
    stopPlaying();
    this.detail.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
    this.root.classList.add('opened');
    this.list.choose(this.chosen);
    this.wireDetail();
    if (!focus) return;
    this.detail.querySelector<HTMLElement>('#alert-title')?.focus({ preventScroll: true });
    if (window.matchMedia('(max-width: 47.99rem)').matches) window.scrollTo(0, 0);
    this.list.row(this.chosen)?.scrollIntoView({ block: 'nearest' });
  }

  private leave(): void {
    stopPlaying();
    const id = this.chosen;
    this.root.classList.remove('opened');
    history.pushState(null, '', '/alerts');
    void this.refresh().then(() => this.list.apply(id));
    this.list.row(id)?.querySelector('a')?.focus();
  }

  private wireDetail(): void {
    window.clearInterval(this.undo);
    wirePlayer(this.detail);
    const bar = this.detail.querySelector<HTMLElement>('[data-undo-s]');
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
      const answer = await fetch(address, {
        method: 'POST',
        body,
        headers: { Accept: 'application/json', 'X-CSRF-Token': csrf() },
      });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        if (this.chosen !== id) return;
        this.show(page, false);
        const fresh = page.getElementById('inbox-list');
        if (fresh) this.list.take(fresh);
        this.retell(page);
        (this.detail.querySelector<HTMLElement>('[data-act=undo]') ?? this.detail.querySelector<HTMLElement>('#alert-title'))?.focus({ preventScroll: true });
        return;
      }
      const told = (await answer.json().catch(() => ({}))) as Record<string, string>;
      wrong.textContent = [told['title'], told['detail'], told['remedy']].filter(Boolean).join(' ') || say('unreachable');
    } catch {
      wrong.textContent = say('not-sent');
    }
    for (const one of form.querySelectorAll('button')) one.disabled = false;
  }

  // Keys

  step(by: 1 | -1): void {
    // At the end of the list the key asks for what waits behind it.
    if (by > 0 && this.list.waits && this.list.isLast(this.chosen)) this.list.apply(this.chosen);
    const links = this.list.links().filter((link) => link.offsetParent !== null || this.root.classList.contains('opened'));
    const at = links.findIndex((link) => link.closest<HTMLElement>('li')?.dataset['alert'] === this.chosen);
    const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next) void this.open(next);
  }

  act(name: string): boolean {
    const button = this.detail.querySelector<HTMLButtonElement>(`[data-act="${name}"]`);
    button?.click();
    return button !== null;
  }

  dismissals(): HTMLDetailsElement | null {
    return this.detail.querySelector<HTMLDetailsElement>('[data-dismiss]');
  }

  note(): void {
    const noted = this.detail.querySelector<HTMLDetailsElement>('.noted');
    if (!noted) return;
    noted.open = true;
    noted.querySelector('textarea')?.focus();
  }
}

function takeKeys(box: Inbox, toggleSound: () => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const reasons = box.dismissals();
    if (event.key === 'Escape') {
      if (reasons?.open) {
        reasons.open = false;
        reasons.querySelector('summary')?.focus();
      } else if (event.target instanceof HTMLTextAreaElement) event.target.blur();
      return;
    }
    if (!singleKeysAct() || writing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === 'j') box.step(1);
    else if (key === 'k') box.step(-1);
    else if (key === 'a') box.act('acknowledge');
    else if (key === 'c') box.act('confirm');
    else if (key === 'z') box.act('undo');
    else if (key === 'n') box.note();
    else if (key === 's') toggleSound();
    else if (key === 'x' && reasons) {
      reasons.open = !reasons.open;
      if (reasons.open) reasons.querySelector('button')?.focus();
    } else if (/^[1-5]$/.test(key) && reasons?.open) {
      reasons.querySelectorAll<HTMLButtonElement>('button')[Number(key) - 1]?.click();
    } else return;
    event.preventDefault();
  });
  // The reasons close when the page beside them is touched.
  document.addEventListener('click', (event) => {
    const reasons = box.dismissals();
    if (reasons?.open && !reasons.contains(event.target as Node)) reasons.open = false;
  });
}

if (inbox) takeKeys(new Inbox(inbox), wireSound());
