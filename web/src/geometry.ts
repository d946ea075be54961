// Points of shapes, relative to the picture or in its pixels; y goes down.

export type Point = [number, number];

export function pathLength(points: Point[]): number {
  return points.slice(1).reduce((sum, [x, y], i) => {
    const [a, b] = points[i] ?? [x, y];
    return sum + Math.hypot(x - a, y - b);
  }, 0);
}

export function ends(points: Point[]): Point[] {
  return [points[0], points.at(-1)].filter((point): point is Point => point !== undefined);
}

/** The middle of a path, and the unit vector to the right of someone who walks along it there. */
export function middle(points: Point[]): { point: Point; right: Point } {
  let half = pathLength(points) / 2;
  for (let i = 1; i < points.length; i += 1) {
    const [ax, ay] = points[i - 1] as Point;
    const [bx, by] = points[i] as Point;
    const length = Math.hypot(bx - ax, by - ay);
    if (length > 0 && half <= length + 1e-9) {
      const share = half / length;
      // With y down, the right hand of (dx, dy) is (-dy, dx).
      return { point: [ax + (bx - ax) * share, ay + (by - ay) * share], right: [-(by - ay) / length, (bx - ax) / length] };
    }
    half -= length;
  }
  return { point: points[0] ?? [0, 0], right: [1, 0] };
}

export function inside([x, y]: Point, polygon: Point[]): boolean {
  let within = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length] as Point;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) within = !within;
  });
  return within;
}

/** As the names of site.yaml. */
export function badName(name: string): boolean {
  return !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name);
}

/** Within the picture, to a ten-thousandth. */
export function clamp([x, y]: Point): Point {
  const part = (value: number) => Number(Math.min(1, Math.max(0, value)).toFixed(4));
  return [part(x), part(y)];
}
