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

export type End = 'image' | 'ground' | 'from' | 'to';

/** An end of a pair or of a length, as its mark is named. */
export function mark(i: number, end: End): string {
  return `${i}-${end}`;
}

export function numberOf(name: string): number {
  return Number(name.split('-')[0]);
}

interface Laid {
  method: Method;
  pairs: Pair[];
  lengths: Length[];
  chosen: number;
  laying: boolean;
}

export class Model {
  pairs: Pair[] = [];
  lengths: Length[] = [];
  method: Method = 'points';
  chosen = -1;
  /** The next click gives the chosen one an end; else it begins another. */
  laying = false;
  /** Positions are metres; else degrees. */
  readonly metres: boolean;
  private readonly kept: Record<string, unknown>;
  private saved: string;

  constructor(told: Written | null, onPlan: boolean) {
    const { points = [], lengths = [], ...kept } = told ?? {};
    this.kept = kept;
    this.metres = onPlan || points.some((point) => point.ground);
    this.read({ points, lengths });
    this.saved = this.state();
  }

  /** Back to what the file holds. */
  reset(): void {
    this.read((JSON.parse(this.saved) as { ground: Written | null }).ground ?? {});
  }

  private read({ points = [], lengths = [] }: Written): void {
    this.pairs = points.map((point) => ({ image: [...point.image], ground: [...(point.ground ?? point.wgs84 ?? [0, 0])] as Spot }));
    this.lengths = lengths.map((length) => ({ ...length }));
    this.method = points.length || !lengths.length ? 'points' : 'lengths';
    this.choose(-1);
  }

  /** Everything laid, complete or not: what a step goes back to. */
  laid(): string {
    const { method, pairs, lengths, chosen, laying } = this;
    return JSON.stringify({ method, pairs, lengths, chosen, laying } satisfies Laid);
  }

  lay(state: string): void {
    Object.assign(this, JSON.parse(state) as Laid);
  }

  choose(i: number, laying = false): void {
    this.chosen = i;
    this.laying = laying;
  }

  /** Where an end is: a part of the picture, or on the ground. */
  spot(name: string): Spot | null {
    const end = name.split('-')[1] as End;
    const i = numberOf(name);
    if (end === 'image' || end === 'ground') return this.pairs[i]?.[end] ?? null;
    return this.lengths[i]?.[end] ?? null;
  }

  put(name: string, spot: Spot): void {
    const end = name.split('-')[1] as End;
    const i = numberOf(name);
    const pair = this.pairs[i];
    const length = this.lengths[i];
    if (end === 'image' || end === 'ground') {
      if (pair) pair[end] = spot;
    } else if (length) length[end] = spot;
  }

  get size(): number {
    return this.method === 'points' ? this.pairs.length : this.lengths.length;
  }

  add(): void {
    if (this.method === 'points') this.pairs.push({ image: null, ground: null });
    else this.lengths.push({ from: null, to: null, metres: null });
    this.choose(this.size - 1, true);
  }

  remove(i: number): void {
    (this.method === 'points' ? this.pairs : this.lengths).splice(i, 1);
    this.choose(-1);
  }

  /** Both ends are known. */
  placed(i: number): boolean {
    if (this.method === 'points') return Boolean(this.pairs[i]?.image && this.pairs[i]?.ground);
    return Boolean(this.lengths[i]?.from && this.lengths[i]?.to);
  }

  /** Numbers of the complete ones, in the order in which they are sent. */
  get complete(): number[] {
    return [...Array(this.size).keys()].filter((i) => this.placed(i) && (this.method === 'points' || (this.lengths[i]?.metres ?? 0) > 0));
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
