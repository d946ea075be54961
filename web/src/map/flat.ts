// Without WebGL: the plan, or a plain grid, drawn once on a canvas that stands still.
import { type Base, type Box, type Scene, type Spot, token } from './scene';
import type { Surface } from './surface';

export class Flat implements Surface {
  readonly moves = false;
  readonly bare = false;
  private readonly canvas = document.createElement('canvas');
  private readonly listeners: (() => void)[] = [];
  private box: Box | null = null;
  private covered = 0;
  private scene: Scene | null = null;

  constructor(
    private readonly place: HTMLElement,
    private readonly base: Base,
    private readonly plan: HTMLImageElement | null,
    private readonly planAt: Box | null,
  ) {
    place.replaceChildren(this.canvas);
    new ResizeObserver(() => this.draw()).observe(place);
  }

  project([x, y]: Spot): Spot {
    const { left, top, scale, flat } = this.frame();
    return [left + x * scale * flat, top - y * scale];
  }

  unproject([x, y]: Spot): Spot {
    const { left, top, scale, flat } = this.frame();
    return [(x - left) / (scale * flat), (top - y) / scale];
  }

  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  onPick(listener: (spot: Spot) => void): void {
    this.place.addEventListener('click', (event) => {
      const box = this.place.getBoundingClientRect();
      listener(this.unproject([event.clientX - box.left, event.clientY - box.top]));
    });
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.draw();
  }

  fit(box: Box, left: number): void {
    this.box = box;
    this.covered = left;
    this.draw();
  }

  zoom(): void {}
  look(): void {}

  recolour(): void {
    this.draw();
  }

  picture(): CanvasImageSource {
    return this.canvas;
  }

  /** A degree of longitude is shorter than one of latitude: the picture is flattened by as much. */
  private frame(): { left: number; top: number; scale: number; flat: number } {
    const [[x0, y0], [x1, y1]] = this.box ?? [[0, 0], [1, 1]];
    const flat = this.base.metres ? 1 : Math.cos((((y0 + y1) / 2) * Math.PI) / 180);
    const [w, h] = [(this.place.clientWidth || 600) - this.covered, this.place.clientHeight || 400];
    const scale = Math.min(w / ((x1 - x0) * flat), h / (y1 - y0)) || 1;
    const left = this.covered + (w - (x1 - x0) * flat * scale) / 2 - x0 * flat * scale;
    const top = (h + (y1 - y0) * scale) / 2 + y0 * scale;
    return { left, top, scale, flat };
  }

  private draw(): void {
    const [w, h] = [this.place.clientWidth || 600, this.place.clientHeight || 400];
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = w * ratio;
    this.canvas.height = h * ratio;
    this.canvas.style.width = `${w}px`;
    this.canvas.style.height = `${h}px`;
    const pen = this.canvas.getContext('2d');
    if (!pen) return;
    pen.scale(ratio, ratio);
    pen.fillStyle = token('--map-land');
    pen.fillRect(0, 0, w, h);
    if (this.plan && this.planAt) {
      const [x0, y1] = this.project([this.planAt[0][0], this.planAt[1][1]]);
      const [x1, y0] = this.project([this.planAt[1][0], this.planAt[0][1]]);
      pen.drawImage(this.plan, x0, y1, x1 - x0, y0 - y1);
    }
    const { corners = [], step = [], hatched = [] } = this.scene?.cells ?? {};
    pen.globalAlpha = 0.75;
    corners.forEach((four, i) => {
      pen.beginPath();
      for (let k = 0; k < 4; k += 1) pen.lineTo(...this.project([four[2 * k] ?? 0, four[2 * k + 1] ?? 0]));
      pen.closePath();
      pen.fillStyle = fill(this.scene?.shown ?? 'presence', step[i] ?? 0, hatched[i] ?? false);
      pen.fill();
    });
    pen.globalAlpha = 1;
    for (const listener of this.listeners) listener();
  }
}

/** The fill of a square: one blue for how much, purple to orange for how much more. */
export function fill(shown: Scene['shown'], step: number, unsure: boolean): string {
  if (shown !== 'difference') return token(`--seq-${step + 1}`);
  return unsure ? token('--div-0') : token(['--div-n2', '--div-n1', '--div-p1', '--div-p2'][step] ?? '--div-0');
}
