// The look at a camera: asked for with a reason, given one blurred still, closed by itself.
import { age, call, csrf, listening, Refusal, say, serverNow } from '../page';
import { element } from './dom';

/** What is worked on over the still, or without one. */
export interface Bench {
  /** The question is answered. */
  begin(): void;
  /** @param pixels the still's size in its own pixels. */
  show(still: Blob, pixels: { width: number; height: number }): void;
  /** The view is closed. */
  gone(): void;
}

export class Session {
  private open: { id: string; ends: number } | null = null;
  private opening = false;

  /** @param left where the page says how long the view stays open. */
  constructor(
    private readonly camera: string,
    private readonly left: HTMLElement,
    private readonly bench: Bench,
  ) {
    const form = element('ask-form');
    window.setInterval(() => this.tick(), 1000);
    // A page that the browser keeps for the way back has no view any more either.
    window.addEventListener('pagehide', () => this.close());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!this.opening) void this.asked();
    });
    element('without').addEventListener('click', () => this.begin());
    listening(form);
  }

  get id(): string | null {
    return this.open?.id ?? null;
  }

  /** The session is over: the still goes, the question comes back. */
  end(): void {
    if (!this.open) return;
    this.open = null;
    this.bench.gone();
    this.left.textContent = say('trial-end');
    element('ask').hidden = false;
  }

  private close(): void {
    if (!this.open) return;
    void fetch(`/api/v1/setup-sessions/${this.open.id}`, { method: 'DELETE', keepalive: true, headers: { 'X-CSRF-Token': csrf() } });
    this.end();
  }

  private begin(): void {
    element('ask').hidden = true;
    this.bench.begin();
  }

  private async asked(): Promise<void> {
    const reason = element<HTMLInputElement>('reason');
    const wrong = element('ask-wrong');
    wrong.textContent = '';
    if (reason.value.trim().length < 3) {
      wrong.textContent = say('order-reason');
      reason.focus();
      return;
    }
    this.opening = true;
    try {
      this.close();
      await this.start(reason.value.trim());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      wrong.textContent = this.open ? say('no-still', { reason: told(error) }) : told(error);
      // Another try may be given one.
      element('ask').hidden = false;
    } finally {
      this.opening = false;
    }
  }

  private async start(reason: string): Promise<void> {
    const answer = await call('POST', '/api/v1/setup-sessions', { camera: this.camera, reason });
    const session = (await answer.json()) as { id: string; ends_s: number };
    this.open = { id: session.id, ends: session.ends_s };
    this.begin();
    this.left.textContent = say('opening');
    const still = await call('GET', `/api/v1/setup-sessions/${session.id}/still`);
    const size = (name: string, usual: number) => Number(still.headers.get(name)) || usual;
    this.bench.show(await still.blob(), { width: size('X-Still-Width', 1920), height: size('X-Still-Height', 1080) });
  }

  private tick(): void {
    if (!this.open) return;
    const left = this.open.ends - serverNow();
    if (left <= 0) this.end();
    else if (!this.opening) this.left.textContent = say('session-left', { time: age(left) });
  }
}

function told(error: Refusal): string {
  return [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
}
