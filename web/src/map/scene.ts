// What the server tells the map to draw, in the map's own coordinates.
export type Spot = [number, number];

export interface Base {
  kind: 'plan' | 'pmtiles' | 'tiles' | 'none';
  /** Coordinates are metres of a plan, else degrees. */
  metres: boolean;
  address?: string;
  metres_per_pixel?: number;
  origin?: Spot;
}

export interface Place {
  name: string;
  label: string;
  at: Spot;
  polygon: Spot[] | null;
  level: 'calm' | 'busy' | 'dense' | 'critical' | null;
  word: string;
  said: string;
  gap: boolean;
  alert: boolean;
}

export interface Flow {
  id: string;
  line: string;
  at: Spot;
  towards: Spot | null;
  px: number;
  said: string;
  way: string;
  /** Sentences that a hand over the arrow is shown. */
  told: string[];
  /** Of a comparison: whether it is more or less; null for a flow itself. */
  tone: 'more' | 'less' | null;
  /** The interval of a comparison holds 0. */
  unsure: boolean;
}

export interface Cells {
  corners: number[][];
  step: number[];
  hatched: boolean[];
}

export interface Scene {
  base: Base;
  shown: 'levels' | 'flows' | 'presence' | 'speed' | 'difference';
  places: Place[];
  flows: Flow[];
  cells: Cells;
}

export type Box = [Spot, Spot];

/** The smallest box around what is drawn, a little air around it; null when nothing is. */
export function around(scene: Scene, plan: Box | null): Box | null {
  if (plan) return plan;
  // Squares are small beside a town: where there are some, they are what one came to see.
  const squares: Spot[] = scene.cells.corners.map((four) => [four[0] ?? 0, four[1] ?? 0]);
  const spots: Spot[] = squares.length ? squares : scene.places.flatMap((place) => [place.at, ...(place.polygon ?? [])]);
  for (const flow of scene.flows) spots.push(flow.at);
  if (!spots.length) return null;
  const xs = spots.map((spot) => spot[0]);
  const ys = spots.map((spot) => spot[1]);
  const air = (scene.base.metres ? 10 : 0.0001) * (squares.length ? 1 : 4);
  return [
    [Math.min(...xs) - air, Math.min(...ys) - air],
    [Math.max(...xs) + air, Math.max(...ys) + air],
  ];
}

/** A size and a place of the plan's picture, once it is loaded. */
export function planBox(base: Base, picture: HTMLImageElement): Box {
  const [x, y] = base.origin ?? [0, 0];
  const scale = base.metres_per_pixel ?? 1;
  return [
    [x, y],
    [x + picture.naturalWidth * scale, y + picture.naturalHeight * scale],
  ];
}

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
