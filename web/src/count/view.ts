// Where people are while one counts: from the live feed where the profile shows it, otherwise in a
// set-up session with its blurred still. The pad works without either.
import { drawDots } from '../dots';
import { follow } from '../feed';
import { call, clock, csrf, Refusal, say } from '../page';

const SVG = 'http://www.w3.org/2000/svg';

export class Look {
  private id = '';
  private closed = false;
  private source: EventSource | null = null;

  constructor(
    private readonly camera: string,
    private readonly scene: SVGSVGElement,
    private readonly note: HTMLElement,
  ) {
    window.addEventListener('pagehide', () => this.close());
  }

  async open(live: boolean, reason: string, seconds: number): Promise<void> {
    if (this.closed) return;
    if (live) {
      follow((news) => {
        if (news.event !== 'states') return;
        const one = news.data.find((state) => state.camera === this.camera);
        if (one) drawDots(this.scene, one.freshness === 'none' ? [] : one.dots);
      });
      return;
    }
    try {
      await this.session(reason, seconds);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.note.textContent = say('no-look', { reason: [error.title, error.detail, error.remedy].filter(Boolean).join(' ') });
    }
  }

  close(): void {
    this.closed = true;
    this.source?.close();
    this.source = null;
    if (!this.id) return;
    void fetch(`/api/v1/setup-sessions/${this.id}`, { method: 'DELETE', keepalive: true, headers: { 'X-CSRF-Token': csrf() } });
    this.id = '';
    drawDots(this.scene, []);
    this.scene.querySelector('image')?.remove();
    this.note.textContent = say('look-over');
  }

  private async session(reason: string, seconds: number): Promise<void> {
    const answer = await call('POST', '/api/v1/setup-sessions', { camera: this.camera, reason, limit_s: Math.max(30, Math.round(seconds)) });
    const told = (await answer.json()) as { id: string; ends_s: number };
    this.id = told.id;
    // Whoever finished meanwhile looks at nothing.
    if (this.closed) return this.close();
    this.note.textContent = say('look', { time: clock(told.ends_s) });
    const still = await call('GET', `/api/v1/setup-sessions/${told.id}/still`);
    const href = URL.createObjectURL(await still.blob());
    if (this.closed) return URL.revokeObjectURL(href);
    const picture = document.createElementNS(SVG, 'image');
    picture.setAttribute('href', href);
    picture.addEventListener('load', () => URL.revokeObjectURL(href));
    picture.setAttribute('width', String(this.scene.viewBox.baseVal.width));
    picture.setAttribute('height', String(this.scene.viewBox.baseVal.height));
    picture.setAttribute('preserveAspectRatio', 'none');
    this.scene.prepend(picture);
    this.source = new EventSource(`/api/v1/setup-sessions/${told.id}/events`);
    this.source.addEventListener('moment', (event) => {
      drawDots(this.scene, JSON.parse((event as MessageEvent<string>).data).dots);
    });
    this.source.addEventListener('end', () => this.close());
  }
}
