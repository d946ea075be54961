// The look at a camera: asked for with a reason, given one blurred still, closed by itself.
import { age, call, csrf, Refusal, say, serverNow } from '../page';
import { element, hint } from './dom';
import type { Picture } from './picture';

export class Session {
  private open: { id: string; ends: number } | null = null;

  constructor(
    private readonly camera: string,
    private readonly picture: Picture,
    private readonly shown: () => void,
    private readonly over: () => void,
  ) {
    window.setInterval(() => this.tick(), 1000);
    window.addEventListener('pagehide', () => {
      if (this.open) void fetch(`/api/v1/setup-sessions/${this.open.id}`, { method: 'DELETE', keepalive: true, headers: { 'X-CSRF-Token': csrf() } });
    });
    element('ask-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.asked();
    });
    element('without').addEventListener('click', () => {
      this.shown();
      this.picture.svg.focus();
    });
  }

  get id(): string | null {
    return this.open?.id ?? null;
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
    try {
      await this.start(reason.value.trim());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      wrong.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
    }
  }

  private async start(reason: string): Promise<void> {
    const answer = await call('POST', '/api/v1/setup-sessions', { camera: this.camera, reason });
    const told = (await answer.json()) as { id: string; ends_s: number };
    this.open = { id: told.id, ends: told.ends_s };
    this.shown();
    element('try').hidden = false;
    try {
      hint(say('opening'));
      const still = await call('GET', `/api/v1/setup-sessions/${told.id}/still`);
      const size = (name: string, usual: number) => Number(still.headers.get(name)) || usual;
      this.picture.show(await still.blob(), { width: size('X-Still-Width', 1920), height: size('X-Still-Height', 1080) });
      hint('');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      hint(say('no-still', { reason: [error.title, error.detail, error.remedy].filter(Boolean).join(' ') }));
    }
    this.picture.draw();
    this.picture.svg.focus({ preventScroll: true });
  }

  /** The session is over: the still goes, the question comes back. */
  end(): void {
    this.open = null;
    this.picture.layer('layer-still').replaceChildren();
    element('try').hidden = true;
    element('left').textContent = '';
    element('ask').hidden = false;
    hint(say('trial-end'));
  }

  private tick(): void {
    if (!this.open) return;
    const left = this.open.ends - serverNow();
    if (left <= 0) this.over();
    else element('left').textContent = say('session-left', { time: age(left) });
  }
}
