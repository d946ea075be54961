// MapLibre GL: the plan, an archive of tiles or a tile server under the squares; loaded by the map
// alone. Its worker comes from its own address: the content policy allows no other.
import { addProtocol, type GeoJSONSource, Map as LiveMap, setWorkerUrl, type StyleSpecification } from 'maplibre-gl';
import workerAddress from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { PMTiles, Protocol, TileType } from 'pmtiles';
import { fill } from './flat';
import { type Base, type Box, type Scene, type Spot, token } from './scene';
import type { Surface } from './surface';

setWorkerUrl(workerAddress);

/** Metres of a plan as degrees about the equator's origin, where Mercator keeps their shape. */
const METRES = 111319.490793;

export class Live implements Surface {
  readonly moves = true;
  private scene: Scene | null = null;
  private ready = false;

  private constructor(
    private readonly map: LiveMap,
    private readonly base: Base,
    readonly bare: boolean,
  ) {
    map.on('load', () => {
      this.ready = true;
      this.paint();
    });
  }

  /** Null where the browser has no WebGL. */
  static async open(place: HTMLElement, base: Base, planAt: Box | null): Promise<Live | null> {
    const probe = document.createElement('canvas');
    if (!probe.getContext('webgl2')) return null;
    const { style, bare } = await styleOf(base, planAt);
    try {
      const map = new LiveMap({
        container: place,
        style,
        attributionControl: false,
        keyboard: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 0,
        maxZoom: 24,
        canvasContextAttributes: { preserveDrawingBuffer: true },
      });
      map.touchZoomRotate.disableRotation();
      map.getCanvas().tabIndex = -1;
      return new Live(map, base, bare);
    } catch {
      return null;
    }
  }

  project(spot: Spot): Spot {
    const { x, y } = this.map.project(inDegrees(this.base, spot));
    return [x, y];
  }

  unproject([x, y]: Spot): Spot {
    const { lng, lat } = this.map.unproject([x, y]);
    return this.base.metres ? [lng * METRES, lat * METRES] : [lng, lat];
  }

  onMove(listener: () => void): void {
    this.map.on('move', listener);
    this.map.on('resize', listener);
  }

  onPick(listener: (spot: Spot) => void): void {
    this.map.on('click', ({ point: { x, y } }) => listener(this.unproject([x, y])));
  }

  show(scene: Scene): void {
    this.scene = scene;
    if (this.ready) this.paint();
  }

  fit([low, high]: Box, left: number): void {
    const padding = { top: 40, right: 24, bottom: 24, left: left + 24 };
    this.map.fitBounds([inDegrees(this.base, low), inDegrees(this.base, high)], { padding, maxZoom: 23, animate: false });
  }

  zoom(by: number): void {
    this.map.zoomTo(this.map.getZoom() + by, { animate: false });
  }

  look(spot: Spot): void {
    const [x, y] = this.project(spot);
    const { clientWidth: w, clientHeight: h } = this.map.getContainer();
    if (x < 24 || y < 24 || x > w - 24 || y > h - 24) this.map.panTo(inDegrees(this.base, spot), { animate: false });
  }

  recolour(): void {
    if (!this.ready) return;
    for (const [layer, property, name] of COLOURS) {
      if (this.map.getLayer(layer)) this.map.setPaintProperty(layer, property, token(name));
    }
    if (this.map.getLayer('plan')) this.map.setPaintProperty('plan', 'raster-brightness-max', dark() ? 0.42 : 1);
    this.paint();
  }

  picture(): CanvasImageSource {
    return this.map.getCanvas();
  }

  private paint(): void {
    const { scene, map } = this;
    if (!scene) return;
    const { corners, step, hatched } = scene.cells;
    const features = corners.map((four, i) => {
      const ring = [0, 1, 2, 3, 0].map((k) => inDegrees(this.base, [four[2 * k] ?? 0, four[2 * k + 1] ?? 0]));
      return {
        type: 'Feature' as const,
        geometry: { type: 'Polygon' as const, coordinates: [ring] },
        properties: { fill: fill(scene.shown, step[i] ?? 0, hatched[i] ?? false), hatched: hatched[i] ?? false },
      };
    });
    const outlines = scene.places.flatMap((place) =>
      place.polygon
        ? [{ type: 'Feature' as const, geometry: { type: 'Polygon' as const, coordinates: [[...place.polygon, place.polygon[0] as Spot].map((spot) => inDegrees(this.base, spot))] }, properties: {} }]
        : [],
    );
    (map.getSource('cells') as GeoJSONSource).setData({ type: 'FeatureCollection', features });
    (map.getSource('places') as GeoJSONSource).setData({ type: 'FeatureCollection', features: outlines });
    if (map.hasImage('hatch')) map.updateImage('hatch', hatch());
    else map.addImage('hatch', hatch(), { pixelRatio: 2 });
    if (!map.getLayer('cells-unsure')) {
      map.addLayer({ id: 'cells-unsure', type: 'fill', source: 'cells', filter: ['get', 'hatched'], paint: { 'fill-pattern': 'hatch' } });
    }
  }
}

const COLOURS: [string, 'background-color' | 'fill-color' | 'line-color', string][] = [
  ['land', 'background-color', '--map-land'],
  ['water', 'fill-color', '--map-water'],
  ['green', 'fill-color', '--map-green'],
  ['buildings', 'fill-color', '--map-building'],
  ['roads', 'line-color', '--map-road'],
  ['place-lines', 'line-color', '--edge'],
];

function dark(): boolean {
  const theme = document.documentElement.dataset['theme'];
  return theme ? theme === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches;
}

function inDegrees(base: Base, [x, y]: Spot): Spot {
  return base.metres ? [x / METRES, y / METRES] : [x, y];
}

/** The style, and whether what should lie under everything could not be read. */
async function styleOf(base: Base, planAt: Box | null): Promise<{ style: StyleSpecification; bare: boolean }> {
  let bare = base.kind === 'plan' && !planAt;
  const empty = { type: 'geojson' as const, tolerance: 0, data: { type: 'FeatureCollection' as const, features: [] } };
  const style: StyleSpecification = {
    version: 8,
    sources: { cells: empty, places: empty },
    layers: [{ id: 'land', type: 'background', paint: { 'background-color': token('--map-land') } }],
  };
  if (base.kind === 'plan' && planAt && base.address) {
    const [low, high] = planAt.map((spot) => inDegrees(base, spot)) as [Spot, Spot];
    style.sources['plan'] = { type: 'image', url: new URL(base.address, location.href).href, coordinates: [[low[0], high[1]], high, [high[0], low[1]], low] };
    style.layers.push({ id: 'plan', type: 'raster', source: 'plan', paint: { 'raster-brightness-max': dark() ? 0.42 : 1, 'raster-fade-duration': 0 } });
  }
  if (base.kind === 'tiles' && base.address) {
    style.sources['tiles'] = { type: 'raster', tiles: [base.address.replace('{ratio}', '')], tileSize: 256, maxzoom: 19 };
    style.layers.push({ id: 'tiles', type: 'raster', source: 'tiles', paint: { 'raster-saturation': -0.7, 'raster-brightness-max': dark() ? 0.5 : 1 } });
  }
  if (base.kind === 'pmtiles' && base.address) {
    try {
      await addArchive(style, new URL(base.address, location.href).href);
    } catch (error) {
      console.warn(error);
      bare = true;
    }
  }
  style.layers.push(
    { id: 'cells', type: 'fill', source: 'cells', paint: { 'fill-color': ['get', 'fill'], 'fill-opacity': 0.8, 'fill-antialias': false } },
    { id: 'place-lines', type: 'line', source: 'places', paint: { 'line-color': token('--edge'), 'line-width': 1.5, 'line-dasharray': [3, 2] } },
  );
  return { style, bare };
}

/** Layers over an archive: pictures as they are, vectors in the Protomaps basemap schema. */
async function addArchive(style: StyleSpecification, address: string): Promise<void> {
  const archive = new PMTiles(address);
  const protocol = new Protocol();
  protocol.add(archive);
  addProtocol('pmtiles', protocol.tile);
  const header = await archive.getHeader();
  const source = { url: `pmtiles://${address}` };
  if (header.tileType !== TileType.Mvt) {
    style.sources['base'] = { type: 'raster', tileSize: 256, ...source };
    style.layers.push({ id: 'base', type: 'raster', source: 'base' });
    return;
  }
  style.sources['base'] = { type: 'vector', ...source };
  style.layers.push(
    { id: 'green', type: 'fill', source: 'base', 'source-layer': 'landuse', filter: ['in', ['get', 'kind'], ['literal', ['park', 'grass', 'forest', 'wood', 'cemetery', 'garden']]], paint: { 'fill-color': token('--map-green') } },
    { id: 'water', type: 'fill', source: 'base', 'source-layer': 'water', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': token('--map-water') } },
    { id: 'roads', type: 'line', source: 'base', 'source-layer': 'roads', layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': token('--map-road'), 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 0.6, 15, 5, 19, 26] } },
    { id: 'buildings', type: 'fill', source: 'base', 'source-layer': 'buildings', paint: { 'fill-color': token('--map-building') } },
  );
}

/** Slanted strokes: « not sure ». */
function hatch(): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 16;
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  pen.strokeStyle = token('--hatch');
  pen.lineWidth = 2.4;
  for (const x of [-16, 0, 16]) {
    pen.beginPath();
    pen.moveTo(x - 2, 18);
    pen.lineTo(x + 18, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, 16, 16);
}
