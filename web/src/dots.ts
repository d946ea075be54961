// Anonymous positions on a schematic view. Shape and colour both tell the class.

export interface Dot {
  x: number;
  y: number;
  object_class: string;
}

const SVG = 'http://www.w3.org/2000/svg';

const SHAPES: Record<string, { path: string; style: string }> = {
  person: { path: 'M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0Z', style: 'k-person' },
  bike: { path: 'M0-4.6L4.6 0L0 4.6L-4.6 0Z', style: 'k-bike' },
  vehicle: { path: 'M-4-4h8v8h-8Z', style: 'k-vehicle' },
};

function shapeOf(label: string): { path: string; style: string } {
  const key = label === 'person' ? 'person' : label === 'bicycle' ? 'bike' : 'vehicle';
  return SHAPES[key] as { path: string; style: string };
}

/** Draw the dots into the drawing's layer, reusing what is there. */
export function drawDots(scene: SVGSVGElement, dots: Dot[]): void {
  const layer = scene.querySelector<SVGGElement>('[data-dots]');
  if (!layer) return;
  const { width, height } = scene.viewBox.baseVal;
  while (layer.childElementCount > dots.length) layer.lastElementChild?.remove();
  dots.forEach((dot, i) => {
    let mark = layer.children[i] as SVGPathElement | undefined;
    if (!mark) {
      mark = document.createElementNS(SVG, 'path');
      layer.append(mark);
    }
    const shape = shapeOf(dot.object_class);
    if (mark.getAttribute('class') !== shape.style) {
      mark.setAttribute('class', shape.style);
      mark.setAttribute('d', shape.path);
    }
    mark.setAttribute('transform', `translate(${(dot.x * width).toFixed(1)} ${(dot.y * height).toFixed(1)})`);
  });
}
