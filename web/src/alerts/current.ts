// Whether the list is current: what the stream says, how long it has been silent, the banner.
import { follow, type News } from '../feed';
import { age, clock, say, serverNow } from '../page';
import { silence } from './sound';

const CUT_MS = 10_000;
const TOLD_AGAIN_MS = 10_000;

export class Current {
  private heardMs = 0;
  private toldMs = 0;
  private broken = false;
  private listedS = serverNow();

  /** `due` is called when the list must be asked for. */
  constructor(
    private readonly root: HTMLElement,
    private readonly due: () => void,
  ) {
    follow((news) => this.hear(news));
    window.setInterval(() => this.tick(), 1000);
  }

  /** The list is that of this moment. */
  listed(): void {
    this.listedS = serverNow();
  }

  private hear(news: News): void {
    if (news.event === 'error') {
      this.broken = true;
      return;
    }
    const back = this.broken || news.event === 'hello';
    this.broken = false;
    this.heardMs = performance.now();
    if (news.event === 'end') window.location.reload();
    // After a cut the list is asked for whole: nothing that happened meanwhile is missed.
    else if (news.event === 'alerts' || back) this.due();
  }

  private tick(): void {
    const feed = document.getElementById('feed') as HTMLElement;
    const stamp = document.getElementById('clock');
    if (stamp && !this.broken) stamp.dataset['running'] = 'yes';
    const silent = performance.now() - this.heardMs;
    const lost = this.heardMs > 0 && (silent >= CUT_MS || this.broken);
    feed.dataset['feed'] = !this.heardMs ? 'waiting' : lost ? 'lost' : 'live';
    feed.textContent = !this.heardMs ? say('waiting') : lost ? say('cut-short') : say('following');
    this.root.classList.toggle('stale', lost);
    silence(lost);
    this.tell(lost, silent);
  }

  /** The banner is read out each time it changes: at most every ten seconds. */
  private tell(lost: boolean, silent: number): void {
    const cut = document.getElementById('cut') as HTMLElement;
    if (!lost) cut.hidden = true;
    else if (cut.hidden || performance.now() - this.toldMs >= TOLD_AGAIN_MS) {
      this.toldMs = performance.now();
      cut.textContent = say('cut', { age: age(silent / 1000), time: clock(this.listedS) });
      cut.hidden = false;
    }
  }
}
