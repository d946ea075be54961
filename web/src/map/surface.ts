// What lies under the marks: a live map, or a plan that stands still.
import { Flat } from './flat';
import type { Base, Box, Scene, Spot } from './scene';

export interface Surface {
  /** Where a spot of the map is on the screen, pixels of the map's box. */
  project(spot: Spot): Spot;
  /** What spot of the map is there on the screen. */
  unproject(at: Spot): Spot;
  /** Called whenever the picture under the marks has moved. */
  onMove(listener: () => void): void;
  /** Called with the spot under a click or a tap. */
  onPick(listener: (spot: Spot) => void): void;
  show(scene: Scene): void;
  /** Show all of it, free of what covers the left edge, pixels. */
  fit(box: Box, left: number): void;
  zoom(by: number): void;
  look(spot: Spot): void;
  /** The colours changed between light and dark. */
  recolour(): void;
  /** The picture without the marks. */
  picture(): CanvasImageSource | null;
  readonly moves: boolean;
  /** What should lie under everything could not be read. */
  readonly bare: boolean;
}

/** A live map where the browser has WebGL, else one that stands still. */
export async function under(canvas: HTMLElement, base: Base, plan: HTMLImageElement | null, planAt: Box | null): Promise<Surface> {
  try {
    const { Live } = await import('./live');
    const live = await Live.open(canvas, base, planAt);
    if (live) return live;
  } catch (error) {
    console.warn(error);
  }
  return new Flat(canvas, base, plan, planAt);
}

export function loaded(address: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => resolve(null);
    image.src = address;
  });
}
