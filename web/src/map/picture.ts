// A PNG of the map as it is seen, with its sentence, time and attribution; noted before it leaves.
import { call, Refusal, say, toast } from '../page';
import type { Scene } from './scene';
import { token } from './scene';
import type { Surface } from './surface';

const STYLED = ['fill', 'stroke', 'stroke-width', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'paint-order', 'stroke-linejoin', 'opacity', 'fill-opacity', 'display'];

export function takePictures(root: HTMLElement, surface: Surface, scene: () => Scene): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>('[data-picture]')) {
    button.hidden = false;
    button.onclick = () => void take(root, surface, scene());
  }
}

async function take(root: HTMLElement, surface: Surface, scene: Scene): Promise<void> {
  const answer = root.querySelector('#map-answer')?.textContent?.trim() ?? '';
  const caption = root.querySelector('#map-legend [data-caption]')?.textContent?.trim() ?? '';
  try {
    await call('POST', '/api/v1/map/picture', { shows: `${scene.shown}, ${caption}`.slice(0, 300) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toast(say('picture-refused', { reason: [error.title, error.detail].filter(Boolean).join(' ') }));
    return;
  }
  const svg = document.getElementById('map-marks') as unknown as SVGSVGElement;
  const [w, h] = [svg.clientWidth, svg.clientHeight];
  const canvas = document.createElement('canvas');
  canvas.width = w * 2;
  canvas.height = (h + 84) * 2;
  const pen = canvas.getContext('2d');
  const under = surface.picture();
  if (!pen || !under) return;
  pen.scale(2, 2);
  pen.fillStyle = token('--surface');
  pen.fillRect(0, 0, w, h + 84);
  pen.drawImage(under, 0, 44, w, h);
  pen.drawImage(await marks(svg, w, h), 0, 44, w, h);
  pen.fillStyle = token('--ink');
  pen.font = '600 15px Inter, sans-serif';
  pen.fillText(answer, 12, 28, w - 24);
  pen.fillStyle = token('--ink-2');
  pen.font = '13px Inter, sans-serif';
  pen.fillText([document.title, caption].join(' · '), 12, h + 69, w - 24);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `parvis-map-${scene.shown}.png`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The marks as a picture: what the style sheet says is written into each of them first. */
async function marks(svg: SVGSVGElement, w: number, h: number): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = svg.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((one, i) => {
    const style = getComputedStyle(from[i] as Element);
    for (const name of STYLED) one.setAttribute(name, style.getPropertyValue(name));
  });
  copy.setAttribute('width', String(w));
  copy.setAttribute('height', String(h));
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }));
  const image = new Image();
  image.src = address;
  await image.decode();
  URL.revokeObjectURL(address);
  return image;
}
