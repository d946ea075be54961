// The place being edited, as the file writes it; what is a default is not written.
import { rounded } from '../ground/model';
import type { Spot } from '../map/scene';

export type Bounds = [number, number, number];

/** Which direction of a line leads in. */
export type In = 'first' | 'second';

export interface Written {
  label?: string;
  capacity?: number | null;
  at?: Spot | null;
  polygon?: Spot[] | null;
  zones?: string[];
  lines?: string[];
  entrances?: Record<string, In>;
  empty_at?: string;
  ladder?: { density?: Bounds; occupancy?: Bounds; source?: string | null };
}

export interface Given {
  /** Null: a new place. */
  name: string | null;
  place: Written;
  /** The names that places bear. */
  names: string[];
}

/** The mark and the corners, as their marks are named. */
export const MARK = 'place';

export class Model {
  /** Its short name; settable while it is new. */
  name: string;
  place: Written;
  readonly fresh: boolean;
  private readonly names: string[];
  private readonly metres: boolean;
  private saved: string;

  /** @param metres spots are metres of a plan; else degrees. */
  constructor({ name, place, names }: Given, metres: boolean) {
    this.fresh = name === null;
    this.name = name ?? '';
    this.names = names;
    this.metres = metres;
    this.place = structuredClone(place);
    this.saved = this.state();
  }

  get corners(): Spot[] {
    return this.place.polygon ?? [];
  }

  laid(): string {
    return JSON.stringify([this.name, this.place]);
  }

  lay(state: string): void {
    [this.name, this.place] = JSON.parse(state) as [string, Written];
  }

  reset(): void {
    [this.name, this.place] = JSON.parse(this.saved) as [string, Written];
  }

  markSaved(state: string): void {
    this.saved = state;
  }

  /** Its body with the name: what tells two states apart. */
  state(): string {
    return JSON.stringify([this.name, this.body()]);
  }

  /** How many of its keys differ from the file. */
  get changes(): number {
    const [name, before] = JSON.parse(this.saved) as [string, Written];
    const now = this.body() as Record<string, unknown>;
    const held = before as Record<string, unknown>;
    const keys = new Set([...Object.keys(now), ...Object.keys(held)]);
    const differ = [...keys].filter((key) => JSON.stringify(now[key]) !== JSON.stringify(held[key])).length;
    return differ + Number(name !== this.name);
  }

  /** Keys of the words that say what is missing, the first one first. */
  get wrong(): string[] {
    const { label, at, polygon } = this.place;
    return [
      ...(label?.trim() ? [] : ['no-label']),
      ...(this.fresh && !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(this.name) ? ['name-wrong'] : []),
      ...(this.fresh && this.names.includes(this.name) ? ['name-taken'] : []),
      ...(at || polygon?.length ? [] : ['nowhere-yet']),
      ...(polygon && polygon.length > 0 && polygon.length < 3 ? ['no-two-corners'] : []),
    ];
  }

  body(): Record<string, unknown> {
    const spot = (one: Spot) => rounded(one, this.metres ? 2 : 7);
    const { label, capacity, at, polygon, zones, lines, entrances, empty_at, ladder } = this.place;
    const some = <T extends object>(value: T | undefined) => (value && Object.keys(value).length ? value : undefined);
    return JSON.parse(
      JSON.stringify({
        label,
        capacity: capacity ?? undefined,
        at: at ? spot(at) : undefined,
        polygon: polygon?.length ? polygon.map(spot) : undefined,
        zones: some(zones),
        lines: some(lines),
        entrances: some(entrances),
        empty_at,
        ladder: some(ladder),
      }),
    ) as Record<string, unknown>;
  }

  spot(name: string): Spot | null {
    return name === MARK ? (this.place.at ?? null) : (this.corners[Number(name)] ?? null);
  }

  put(name: string, spot: Spot): void {
    if (name === MARK) this.place.at = spot;
    else this.corners[Number(name)] = spot;
  }

  remove(name: string): void {
    if (name === MARK) delete this.place.at;
    else this.corners.splice(Number(name), 1);
    if (!this.corners.length) delete this.place.polygon;
  }

  /** Name a member of a list, or name it no more; the others keep their order. */
  toggle(key: 'zones' | 'lines', member: string, on: boolean): void {
    const rest = (this.place[key] ?? []).filter((one) => one !== member);
    this.place[key] = on ? [...rest, member] : rest;
  }

  enter(member: string, way: In | ''): void {
    const { [member]: _, ...rest } = this.place.entrances ?? {};
    this.place.entrances = way ? { ...rest, [member]: way } : rest;
  }
}
