// The pairs and lengths being laid, as the file writes them; what is not complete is not sent.
import type { Spot } from '../map/scene';

export interface Pair {
  image: Spot | null;
  ground: Spot | null;
}

export interface Length {
  from: Spot | null;
  to: Spot | null;
  metres: number | null;
}

export interface Written {
  points?: { image: Spot; ground?: Spot; wgs84?: Spot }[];
  lengths?: { from: Spot; to: Spot; metres: number }[];
  [key: string]: unknown;
}

export interface Tried {
  refusal: { reason: string; remedy: string; points: number[]; lengths: number[] } | null;
  off_m: (number | null)[];
  left_aside: number[];
  worst_first: number[];
  off_share: number[];
  usable: Spot[];
  seen: Spot[];
  /** Standard error of positions in equal cells of the picture, metres; null where withheld. */
  error_m: (number | null)[][];
  error_px: number;
  height_m: number | null;
  tilt_deg: number | null;
}

export type Method = 'points' | 'lengths';

export class Model {
  pairs: Pair[] = [];
  lengths: Length[] = [];
  method: Method = 'points';
  chosen = -1;
  /** Positions are metres; else degrees. */
  readonly metres: boolean;
  private readonly kept: Record<string, unknown>;
  private saved: string;

  constructor(
    private readonly told: Written | null,
    onPlan: boolean,
  ) {
    const { points = [], lengths = [], ...kept } = told ?? {};
    this.kept = kept;
    this.metres = onPlan || points.some((point) => point.ground);
    this.reset();
    this.method = points.length || !lengths.length ? 'points' : 'lengths';
    this.saved = this.state();
  }

  reset(): void {
    const { points = [], lengths = [] } = this.told ?? {};
    this.pairs = points.map((point) => ({ image: [...point.image], ground: [...(point.ground ?? point.wgs84 ?? [0, 0])] as Spot }));
    this.lengths = lengths.map((length) => ({ ...length }));
    this.chosen = -1;
  }

  get size(): number {
    return this.method === 'points' ? this.pairs.length : this.lengths.length;
  }

  add(): void {
    if (this.method === 'points') this.pairs.push({ image: null, ground: null });
    else this.lengths.push({ from: null, to: null, metres: null });
    this.chosen = this.size - 1;
  }

  remove(i: number): void {
    (this.method === 'points' ? this.pairs : this.lengths).splice(i, 1);
    this.chosen = -1;
  }

  /** Numbers of the complete ones, in the order in which they are sent. */
  get complete(): number[] {
    const whole = (i: number) => (this.method === 'points' ? this.pairs[i]?.image && this.pairs[i]?.ground : this.lengths[i]?.from && this.lengths[i]?.to && (this.lengths[i]?.metres ?? 0) > 0);
    return [...Array(this.size).keys()].filter(whole);
  }

  body(): { ground: Written | null } {
    const points = this.method === 'points' ? this.complete.map((i) => this.pairs[i] as { image: Spot; ground: Spot }) : [];
    const lengths = this.lengths.filter((one) => one.from && one.to && (one.metres ?? 0) > 0) as { from: Spot; to: Spot; metres: number }[];
    if (!points.length && !lengths.length) return { ground: null };
    const written = points.map(({ image, ground }) => (this.metres ? { image, ground: rounded(ground, 2) } : { image, wgs84: rounded(ground, 7) }));
    return { ground: { ...this.kept, ...(written.length ? { points: written } : {}), ...(lengths.length ? { lengths } : {}) } };
  }

  state(): string {
    return JSON.stringify(this.body());
  }

  get changed(): boolean {
    return this.state() !== this.saved;
  }

  markSaved(state: string): void {
    this.saved = state;
  }
}

export function rounded([x, y]: Spot, digits: number): Spot {
  return [Number(x.toFixed(digits)), Number(y.toFixed(digits))];
}
