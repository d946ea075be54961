// What is drawn on a camera: masks, lines and zones, as the server gives and takes them.
import { say } from '../page';
import { clamp, type Point } from '../geometry';

export type Kind = 'mask' | 'line' | 'zone';

export interface Shape {
  kind: Kind;
  name: string;
  label: string | null;
  points: Point[];
  directions: [string, string];
  use: string;
  /** Of a zone: places of a car park, or people that it is meant for. */
  capacity: number | null;
  /** Of a one-way zone: from where to where one may go. */
  way: [Point, Point] | null;
}

export interface Given {
  name: string;
  etag: string;
  masks: Point[][];
  lines: Record<string, { label: string | null; points: Point[]; directions: [string, string] }>;
  zones: Record<string, { label: string | null; polygon: Point[]; use: string; capacity: number | null; way: [Point, Point] | null }>;
}

/** As in parvis.site.fields: the shortest line, as a part of the image. */
export const SHORTEST = 0.02;
export const USES = ['walkway', 'waiting', 'queue', 'parking', 'forbidden', 'one-way'];

export function fresh(kind: Kind, name: string, points: Point[]): Shape {
  return { kind, name, label: null, points, directions: [say('to-a'), say('to-b')], use: 'walkway', capacity: null, way: null };
}

export function given(told: Given): Shape[] {
  return [
    ...told.masks.map((points) => fresh('mask', '', points)),
    ...Object.entries(told.lines).map(([name, line]) => ({ ...fresh('line', name, line.points), label: line.label, directions: line.directions })),
    ...Object.entries(told.zones).map(([name, zone]) => ({ ...fresh('zone', name, zone.polygon), label: zone.label, use: zone.use, capacity: zone.capacity, way: zone.way })),
  ];
}

/** The shapes as the API takes them. */
export function body(shapes: Shape[]): Record<string, unknown> {
  const of = (kind: Kind) => shapes.filter((shape) => shape.kind === kind);
  return {
    masks: of('mask').map((shape) => shape.points),
    lines: Object.fromEntries(of('line').map((one) => [one.name, { label: one.label, points: one.points, directions: one.directions }])),
    zones: Object.fromEntries(of('zone').map((one) => [one.name, { label: one.label, polygon: one.points, use: one.use, capacity: one.capacity, way: one.way }])),
  };
}

export function called(shape: Shape, shapes: Shape[]): string {
  if (shape.kind !== 'mask') return shape.label ?? shape.name;
  return say('mask-n', { n: shapes.filter((one) => one.kind === 'mask').indexOf(shape) + 1 });
}

/** The fewest points that a shape of this kind has. */
export function fewest(kind: Kind): number {
  return kind === 'line' ? 2 : 3;
}

/** A name that no other shape of its kind bears: l1, l2, z1… */
export function freeName(kind: Kind, shapes: Shape[]): string {
  if (kind === 'mask') return '';
  const stem = kind === 'line' ? 'l' : 'z';
  let n = 1;
  while (shapes.some((shape) => shape.kind === kind && shape.name === `${stem}${n}`)) n += 1;
  return `${stem}${n}`;
}

/** From a zone's first side to the one opposite: what the way of a new one-way zone begins with. */
export function across(points: Point[]): [Point, Point] {
  const half = (i: number): Point => {
    const [a, b] = [points[i], points[(i + 1) % points.length]] as [Point, Point];
    return clamp([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  };
  return [half(0), half(Math.floor(points.length / 2))];
}

/** A shape moved whole, by a step that is shortened so that no point leaves the picture. */
export function shifted({ points, way }: Shape, [dx, dy]: Point): Pick<Shape, 'points' | 'way'> {
  const limited = (step: number, axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return Math.max(-Math.min(...values), Math.min(1 - Math.max(...values), step));
  };
  const [x, y] = [limited(dx, 0), limited(dy, 1)];
  const moved = (point: Point) => clamp([point[0] + x, point[1] + y]);
  return { points: points.map(moved), way: way && [moved(way[0]), moved(way[1])] };
}
