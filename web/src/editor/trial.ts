// « Essayer »: the shapes as they are drawn count at once, and nothing is stored.
import { age, call, number, Refusal, say, serverNow } from '../page';
import { drawDots, type Dot } from '../dots';
import { element, hint } from './dom';
import type { Shape } from './shapes';
import type { Sheet } from './sheet';

interface Moment {
  dots: Dot[];
  totals: Record<string, Record<string, Record<string, number>>> | null;
  message: string;
}

export class Trial {
  private session: string | null = null;
  private source: EventSource | null = null;
  private totals: Moment['totals'] = null;
  private sinceS = 0;
  private wanted = 0;

  constructor(
    private readonly sheet: Sheet,
    private readonly svg: SVGSVGElement,
    private readonly ended: () => void,
  ) {
    sheet.onEdit(() => this.again());
  }

  get on(): boolean {
    return this.source !== null;
  }

  total(shape: Shape, way: number): number {
    return Object.values(this.totals?.[shape.name]?.[way] ?? {}).reduce((sum, n) => sum + n, 0);
  }

  /** What stands behind a direction's name while trying. */
  said(shape: Shape, way: number): string {
    return this.source ? ` · ${number(this.total(shape, way))}` : '';
  }

  /** Begin within this session. */
  async start(session: string): Promise<void> {
    await call('PUT', `/api/v1/setup-sessions/${session}/shapes`, this.sheet.body());
    this.session = session;
    this.sinceS = serverNow();
    this.source = new EventSource(`/api/v1/setup-sessions/${session}/events`);
    element('try').setAttribute('aria-pressed', 'true');
    element('trial').hidden = false;
    element('trial').textContent = say('trial-on');
    this.source.addEventListener('moment', (event) => this.show(JSON.parse((event as MessageEvent<string>).data) as Moment));
    this.source.addEventListener('end', this.ended);
    this.sheet.draw();
  }

  stop(): void {
    this.source?.close();
    this.source = null;
    this.session = null;
    this.totals = null;
    drawDots(this.svg, []);
    element('try').setAttribute('aria-pressed', 'false');
    element('trial').hidden = true;
    this.sheet.draw();
  }

  private show(moment: Moment): void {
    const changed = JSON.stringify(moment.totals) !== JSON.stringify(this.totals);
    this.totals = moment.totals;
    if (changed) this.sheet.draw();
    drawDots(this.svg, moment.dots);
    const lines = this.sheet.shapes.filter((shape) => shape.kind === 'line');
    const n = lines.reduce((sum, line) => sum + this.total(line, 0) + this.total(line, 1), 0);
    const text = n ? say(n === 1 ? 'trial-1' : 'trial', { n: number(n), time: age(serverNow() - this.sinceS) }) : say('trial-none');
    element('trial').textContent = moment.message || `${text} · ${say('trial-on')}`;
  }

  /** Try the shapes as they are after an edit. */
  private again(): void {
    const { session } = this;
    if (!session) return;
    window.clearTimeout(this.wanted);
    this.wanted = window.setTimeout(() => {
      call('PUT', `/api/v1/setup-sessions/${session}/shapes`, this.sheet.body()).then(
        () => {
          this.totals = null;
          this.sinceS = serverNow();
        },
        (error: unknown) => error instanceof Refusal && hint(`${error.title} ${error.detail}`),
      );
    }, 300);
  }
}
