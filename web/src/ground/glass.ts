// What lies behind a loupe on the map, which is no drawing: its part under the finger is copied.
import type { Window } from '../editor/loupe';
import type { Surface } from '../map/surface';

/** @param window where the loupe stands; null: it goes. */
export function behind(glass: HTMLCanvasElement, surface: Surface, window: Window | null): void {
  glass.hidden = window === null;
  const map = surface.picture();
  if (!window || !(map instanceof HTMLCanvasElement)) return;
  const { centre, of, radius, scale } = window;
  const ratio = map.width / (map.clientWidth || map.width);
  glass.width = glass.height = Math.round(2 * radius * ratio);
  Object.assign(glass.style, { left: `${centre[0] - radius}px`, top: `${centre[1] - radius}px`, width: `${2 * radius}px`, height: `${2 * radius}px` });
  const half = (radius / scale) * ratio;
  glass.getContext('2d')?.drawImage(map, of[0] * ratio - half, of[1] * ratio - half, 2 * half, 2 * half, 0, 0, glass.width, glass.height);
}
