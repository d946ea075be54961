// The editor of one camera: masks, lines and zones over a blurred still, by mouse, touch and keys.
import { age, call, csrf, number, Refusal, say, serverNow, toast } from './page';
import { drawDots, type Dot } from './dots';
import { badName, ends, inside, middle, pathLength, type Point } from './geometry';

type Kind = 'mask' | 'line' | 'zone';
interface Shape {
  kind: Kind;
  name: string;
  label: string | null;
  points: Point[];
  directions: [string, string];
  use: string;
}
interface Given {
  name: string;
  etag: string;
  masks: Point[][];
  lines: Record<string, { label: string | null; points: Point[]; directions: [string, string] }>;
  zones: Record<string, { label: string | null; polygon: Point[]; use: string }>;
}
interface Moment {
  dots: Dot[];
  totals: Record<string, Record<string, Record<string, number>>> | null;
  message: string;
}

const SVG = 'http://www.w3.org/2000/svg';
const SHORTEST = 0.02;
const USES = ['walkway', 'waiting', 'queue', 'parking', 'forbidden', 'one-way'];
const LONG_PRESS_MS = 650;

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function drawn(tag: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

function edit(root: HTMLElement): void {
  const given = JSON.parse(root.dataset['editor'] ?? '{}') as Given;
  const picture = document.getElementById('picture') as unknown as SVGSVGElement;
  const layer = (id: string) => document.getElementById(id) as unknown as SVGGElement;
  const address = `/api/v1/cameras/${encodeURIComponent(given.name)}/shapes`;
  let etag = given.etag;
  let shapes: Shape[] = [
    ...given.masks.map((points) => fresh('mask', '', points)),
    ...Object.entries(given.lines).map(([name, line]) => ({ ...fresh('line', name, line.points), label: line.label, directions: line.directions })),
    ...Object.entries(given.zones).map(([name, zone]) => ({ ...fresh('zone', name, zone.polygon), label: zone.label, use: zone.use })),
  ];
  let saved = JSON.stringify(shapes);
  let past: string[] = [];
  let future: string[] = [];
  let chosen = -1;
  let tool: 'select' | Kind = 'select';
  let draft: Point[] = [];
  let cross: Point = [0.5, 0.5];
  let byKeys = false;
  let pixels = { width: 1920, height: 1080 };
  let session: { id: string; ends: number } | null = null;
  let source: EventSource | null = null;
  let totals: Moment['totals'] = null;
  let triedAt = 0;
  let wanted = 0;

  function fresh(kind: Kind, name: string, points: Point[]): Shape {
    return { kind, name, label: null, points, directions: [say('to-a'), say('to-b')], use: 'walkway' };
  }

  function label(shape: Shape): string {
    if (shape.kind !== 'mask') return shape.label ?? shape.name;
    return say('mask-n', { n: shapes.filter((one) => one.kind === 'mask').indexOf(shape) + 1 });
  }

  const hint = (text: string) => {
    element('hint').textContent = text;
  };

  // Changes, undo, redo

  function change(make: () => void): void {
    const before = JSON.stringify(shapes);
    make();
    if (JSON.stringify(shapes) !== before) keep(before);
    draw();
  }

  function keep(before: string): void {
    past.push(before);
    if (past.length > 200) past.shift();
    future = [];
    retry();
  }

  function step(from: string[], to: string[]): void {
    const state = from.pop();
    if (state === undefined) return;
    to.push(JSON.stringify(shapes));
    shapes = JSON.parse(state) as Shape[];
    chosen = Math.min(chosen, shapes.length - 1);
    draft = [];
    retry();
    draw();
  }

  function remove(i: number): void {
    const shape = shapes[i];
    if (!shape) return;
    hint(say('removed', { shape: label(shape) }));
    change(() => {
      shapes.splice(i, 1);
      chosen = -1;
    });
    picture.focus();
  }

  function removePoint(i: number, j: number): void {
    const shape = shapes[i];
    if (!shape) return;
    if (shape.points.length <= (shape.kind === 'line' ? 2 : 3)) return remove(i);
    change(() => shape.points.splice(j, 1));
    focusPoint(i, Math.min(j, shape.points.length - 1));
  }

  function clamp(point: Point): Point {
    const part = (value: number) => Number(Math.min(1, Math.max(0, value)).toFixed(4));
    return [part(point[0]), part(point[1])];
  }

  function body(): Record<string, unknown> {
    const of = (kind: Kind) => shapes.filter((shape) => shape.kind === kind);
    return {
      masks: of('mask').map((shape) => shape.points),
      lines: Object.fromEntries(of('line').map((one) => [one.name, { label: one.label, points: one.points, directions: one.directions }])),
      zones: Object.fromEntries(of('zone').map((one) => [one.name, { label: one.label, polygon: one.points, use: one.use }])),
    };
  }

  // Drawing new shapes

  function take(next: typeof tool): void {
    tool = next;
    draft = [];
    byKeys = false;
    for (const button of root.querySelectorAll<HTMLElement>('[data-tool]')) {
      button.setAttribute('aria-pressed', String(button.dataset['tool'] === tool));
    }
    hint(tool === 'select' ? '' : `${say('drawing')} ${say('drawing-keys')}`);
    if (tool !== 'select') picture.focus();
    draw();
  }

  function lay(point: Point): void {
    const last = draft.at(-1);
    if (last && last[0] === point[0] && last[1] === point[1]) return;
    draft.push(clamp(point));
    draw();
  }

  function finish(): void {
    if (tool === 'select') return;
    const kind = tool;
    if (draft.length < (kind === 'line' ? 2 : 3)) return hint(say(kind === 'line' ? 'too-few-line' : 'too-few-polygon'));
    const points = draft;
    const stem = kind === 'line' ? 'l' : 'z';
    let n = 1;
    while (kind !== 'mask' && shapes.some((shape) => shape.name === `${stem}${n}`)) n += 1;
    const shape = fresh(kind, kind === 'mask' ? '' : `${stem}${n}`, points);
    draft = [];
    take('select');
    change(() => {
      shapes.push(shape);
      chosen = shapes.length - 1;
    });
    hint(say('added', { shape: label(shape) }));
    focusPoint(chosen, 0);
  }

  // The picture

  const size = () => ({ w: picture.clientWidth || 640, h: picture.clientHeight || 360 });
  const at = (event: PointerEvent | MouseEvent): Point => {
    const box = picture.getBoundingClientRect();
    return clamp([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  };

  function focusPoint(i: number, j: number): void {
    layer('layer-shapes').querySelector<SVGGElement>(`[data-point="${i}-${j}"]`)?.focus();
  }

  function draw(): void {
    const { w, h } = size();
    picture.setAttribute('viewBox', `0 0 ${w} ${h}`);
    const still = layer('layer-still').firstElementChild;
    still?.setAttribute('width', String(w));
    still?.setAttribute('height', String(h));
    const focused = document.activeElement?.getAttribute('data-point');
    const place = layer('layer-shapes');
    place.replaceChildren();
    const px = (points: Point[]): Point[] => points.map(([x, y]) => [x * w, y * h]);
    const path = (points: Point[], closed: boolean) => `M${points.map((p) => p.map((v) => v.toFixed(1)).join(' ')).join('L')}${closed ? 'Z' : ''}`;
    shapes.forEach((shape, i) => {
      const points = px(shape.points);
      const outline = path(points, shape.kind !== 'line');
      const group = drawn('g', { class: `e-shape e-${shape.kind}${i === chosen ? ' e-chosen' : ''}`, 'data-shape': i });
      group.append(drawn('path', { d: outline, class: 'e-hit' }), drawn('path', { d: outline, class: 'e-halo' }));
      group.append(drawn('path', { d: outline, class: 'e-line-self', ...(shape.kind === 'mask' ? { fill: 'url(#mask-hatch)' } : {}) }));
      if (shape.kind === 'line') group.append(...directions(shape, points, w, h));
      else {
        const x = Math.min(...points.map((p) => p[0])) + 6;
        const y = Math.min(...points.map((p) => p[1])) + 18;
        group.append(drawn('text', { x: Math.max(4, x), y: Math.max(16, y) }, label(shape)));
      }
      place.append(group);
    });
    shapes.forEach((shape, i) => {
      px(shape.points).forEach(([x, y], j) => {
        const about = say('vertex', { shape: label(shape), n: j + 1, of: shape.points.length, x: number(shape.points[j]?.[0], 3), y: number(shape.points[j]?.[1], 3) });
        const handle = drawn('g', { tabindex: 0, role: 'button', 'aria-label': about, 'data-point': `${i}-${j}`, class: `e-handle${i === chosen ? ' e-chosen' : ''}` });
        handle.append(drawn('circle', { cx: x, cy: y, r: 22, class: 'e-grip' }), drawn('circle', { cx: x, cy: y, r: i === chosen ? 7 : 5, class: 'e-dot' }));
        place.append(handle);
      });
      if (i !== chosen) return;
      const points = px(shape.points);
      points.forEach((a, j) => {
        const b = points[(j + 1) % points.length];
        if (!b || (shape.kind === 'line' && j === points.length - 1)) return;
        if (Math.hypot(b[0] - a[0], b[1] - a[1]) < 60) return;
        place.append(drawn('circle', { cx: (a[0] + b[0]) / 2, cy: (a[1] + b[1]) / 2, r: 5, class: 'e-between', 'data-between': `${i}-${j}` }));
      });
    });
    const pending = layer('layer-draft');
    pending.replaceChildren();
    if (draft.length) {
      const points = px(draft);
      pending.append(drawn('path', { d: path(points, false), class: 'e-halo' }), drawn('path', { d: path(points, false), class: 'e-draft' }));
      for (const [x, y] of points) pending.append(drawn('circle', { cx: x, cy: y, r: 5, class: 'e-dot' }));
    }
    if (tool !== 'select' && byKeys) {
      const [x, y] = [cross[0] * w, cross[1] * h];
      pending.append(drawn('path', { d: `M${x - 14} ${y}H${x + 14}M${x} ${y - 14}V${y + 14}`, class: 'e-halo' }));
      pending.append(drawn('path', { d: `M${x - 14} ${y}H${x + 14}M${x} ${y - 14}V${y + 14}`, class: 'e-cross' }));
    }
    picture.classList.toggle('e-drawing', tool !== 'select');
    element('finish').hidden = tool === 'select' || draft.length < (tool === 'line' ? 2 : 3);
    if (focused) layer('layer-shapes').querySelector<SVGGElement>(`[data-point="${focused}"]`)?.focus({ preventScroll: true });
    list();
    bar();
  }

  /** Both ways across a line: the first goes from the left to the right of a walk along it. */
  function directions(shape: Shape, points: Point[], w: number, h: number): SVGElement[] {
    const { point, right } = middle(points);
    const [x, y] = point;
    return [0, 1].flatMap((way) => {
      const sign = way === 0 ? 1 : -1;
      const [rx, ry] = [right[0] * sign, right[1] * sign];
      const [tx, ty] = [x + rx * 30, y + ry * 30];
      const head = `M${tx - rx * 8 - ry * 6} ${ty - ry * 8 + rx * 6}L${tx} ${ty}L${tx - rx * 8 + ry * 6} ${ty - ry * 8 - rx * 6}`;
      const d = `M${x} ${y}L${tx} ${ty}${head}`;
      // A small picture names the ways of one line at a time: names would cover one another.
      const named = w >= 480 || shapes[chosen] === shape;
      const text = named ? (shape.directions[way] ?? '') + counted(shape, way) : '';
      const wide = text.length * 7.4;
      const anchor = rx > 0.3 ? 'start' : rx < -0.3 ? 'end' : 'middle';
      const from = anchor === 'start' ? 0 : anchor === 'end' ? wide : wide / 2;
      const lx = Math.min(Math.max(tx + rx * 7, 4 + from), w - 4 - wide + from);
      const ly = Math.min(Math.max(ty + ry * 14 + 5, 15), h - 6);
      return [
        drawn('path', { d, class: 'e-halo' }),
        drawn('path', { d, class: way === 0 ? 'e-way' : 'e-way e-back' }),
        drawn('text', { x: lx, y: ly, 'text-anchor': anchor }, text),
      ];
    });
  }

  function total(shape: Shape, way: number): number {
    return Object.values(totals?.[shape.name]?.[way] ?? {}).reduce((sum, n) => sum + n, 0);
  }

  function counted(shape: Shape, way: number): string {
    return source ? ` · ${number(total(shape, way))}` : '';
  }

  let drag: { i: number; j: number; before: string; moved: boolean } | null = null;
  let press = 0;

  picture.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const target = event.target as Element;
    if (tool !== 'select') {
      byKeys = false;
      event.preventDefault();
      picture.focus({ preventScroll: true });
      return lay(at(event));
    }
    const between = target.closest('[data-between]')?.getAttribute('data-between')?.split('-').map(Number);
    const point = target.closest('[data-point]')?.getAttribute('data-point')?.split('-').map(Number);
    const before = JSON.stringify(shapes);
    if (between) {
      const [i = 0, j = 0] = between;
      shapes[i]?.points.splice(j + 1, 0, at(event));
      drag = { i, j: j + 1, before, moved: true };
    } else if (point) {
      const [i = 0, j = 0] = point;
      drag = { i, j, before, moved: false };
      chosen = i;
      if (event.pointerType === 'touch') {
        press = window.setTimeout(() => {
          if (!drag || drag.moved) return;
          drag = null;
          navigator.vibrate?.(15);
          removePoint(i, j);
        }, LONG_PRESS_MS);
      }
    } else {
      chosen = Number(target.closest('[data-shape]')?.getAttribute('data-shape') ?? -1);
    }
    if (drag) {
      event.preventDefault();
      picture.setPointerCapture(event.pointerId);
    }
    draw();
    if (drag) focusPoint(drag.i, drag.j);
  });
  picture.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const shape = shapes[drag.i];
    const now = at(event);
    const old = shape?.points[drag.j];
    if (!shape || !old) return;
    const { w, h } = size();
    if (!drag.moved && Math.hypot((now[0] - old[0]) * w, (now[1] - old[1]) * h) < 4) return;
    drag.moved = true;
    shape.points[drag.j] = now;
    draw();
  });
  const drop = () => {
    window.clearTimeout(press);
    if (drag?.moved && JSON.stringify(shapes) !== drag.before) keep(drag.before);
    drag = null;
    draw();
  };
  picture.addEventListener('pointerup', drop);
  picture.addEventListener('pointercancel', drop);
  picture.addEventListener('dblclick', () => {
    if (tool !== 'select') finish();
  });

  picture.addEventListener('keydown', (event) => {
    const reach = event.shiftKey ? 10 : 1;
    const dx = event.key === 'ArrowLeft' ? -reach : event.key === 'ArrowRight' ? reach : 0;
    const dy = event.key === 'ArrowUp' ? -reach : event.key === 'ArrowDown' ? reach : 0;
    const [i, j] = (document.activeElement?.getAttribute('data-point') ?? '').split('-').map(Number);
    const shape = i === undefined || j === undefined ? undefined : shapes[i];
    const move = ([x, y]: Point): Point => clamp([x + dx / pixels.width, y + dy / pixels.height]);
    if (tool !== 'select') {
      if (dx || dy) {
        byKeys = true;
        cross = move(cross);
        draw();
        hint(say('cross', { x: number(cross[0], 3), y: number(cross[1], 3) }));
      } else if (event.key === ' ') {
        byKeys = true;
        lay(cross);
      } else if (event.key === 'Enter') finish();
      else if (event.key === 'Escape') take('select');
      else if (event.key === 'Backspace') {
        draft.pop();
        draw();
      } else return;
      event.preventDefault();
      return;
    }
    if (event.key === 'Escape') {
      chosen = -1;
      picture.focus();
      draw();
    } else if (shape && i !== undefined && j !== undefined) {
      if (dx || dy) {
        chosen = i;
        change(() => {
          const point = shape.points[j];
          if (point) shape.points[j] = move(point);
        });
        hint(say('vertex', { shape: label(shape), n: j + 1, of: shape.points.length, x: number(shape.points[j]?.[0], 3), y: number(shape.points[j]?.[1], 3) }));
      } else if (event.key === 'Delete' || event.key === 'Backspace') removePoint(i, j);
      else if (event.key === 'Enter' || event.key === ' ') {
        chosen = i;
        draw();
      } else return;
    } else return;
    event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || (event.target as Element).closest('input, textarea')) return;
    const key = event.key.toLowerCase();
    if (key === 'z' && !event.shiftKey) step(past, future);
    else if (key === 'y' || (key === 'z' && event.shiftKey)) step(future, past);
    else return;
    event.preventDefault();
  });

  // The list

  function input(text: string, value: string, take: (value: string) => string | null, kind = 'text'): HTMLElement {
    const field = document.createElement('label');
    field.className = 'field';
    const box = document.createElement('input');
    box.type = kind;
    if (kind === 'number') Object.assign(box, { min: '0', max: '1', step: '0.001' });
    box.value = value;
    const wrong = document.createElement('span');
    wrong.className = 'wrong';
    box.addEventListener('change', () => {
      const told = take(box.value.trim());
      wrong.textContent = told ?? '';
      if (told) box.setAttribute('aria-invalid', 'true');
    });
    field.append(text, box, wrong);
    return field;
  }

  let listed = '';
  function list(): void {
    const key = JSON.stringify([shapes, chosen, totals]);
    const place = element('shapes');
    if (key === listed || place.contains(document.activeElement?.closest('input') ?? null)) {
      if (key === listed) return;
      if (document.activeElement?.matches('input[type=number]')) return;
    }
    listed = key;
    element('none').hidden = shapes.length > 0;
    place.replaceChildren(
      ...shapes.map((shape, i) => {
        const item = document.createElement('li');
        const pick = document.createElement('button');
        pick.type = 'button';
        pick.className = 'pick';
        pick.setAttribute('aria-expanded', String(i === chosen));
        const mark = document.createElementNS(SVG, 'svg');
        mark.setAttribute('viewBox', '0 0 20 20');
        mark.setAttribute('aria-hidden', 'true');
        mark.append(drawn('path', { d: shape.kind === 'line' ? 'M3 17L17 3' : 'M3 4h14v12H3Z', class: `p-${shape.kind}` }));
        const name = document.createElement('b');
        name.textContent = label(shape);
        const about = document.createElement('span');
        about.className = 'meta';
        about.textContent =
          shape.kind === 'line' && source
            ? shape.directions.map((way, n) => `${way} ${number(total(shape, n))}`).join(' · ')
            : `${shape.kind === 'mask' ? '' : `${say(shape.kind)}, `}${say('points', { n: shape.points.length })}`;
        pick.append(mark, name, about);
        pick.addEventListener('click', () => {
          chosen = chosen === i ? -1 : i;
          draw();
          place.querySelectorAll<HTMLElement>('.pick')[i]?.focus();
        });
        item.append(pick);
        if (i === chosen) item.append(details(shape, i));
        return item;
      }),
    );
  }

  function details(shape: Shape, i: number): HTMLElement {
    const box = document.createElement('div');
    box.className = 'stack details';
    if (shape.kind !== 'mask') {
      box.append(
        input(say('name'), shape.name, (value) => {
          if (badName(value)) return say('name-wrong');
          if (shapes.some((one, n) => n !== i && one.kind === shape.kind && one.name === value)) return say('name-taken');
          change(() => (shape.name = value));
          return null;
        }),
      );
    }
    if (shape.kind === 'line') {
      for (const way of [0, 1] as const) {
        box.append(
          input(say(`direction-${way + 1}`), shape.directions[way], (value) => {
            if (value) change(() => (shape.directions[way] = value));
            return null;
          }),
        );
      }
    }
    if (shape.kind === 'zone') {
      const field = document.createElement('label');
      field.className = 'field';
      const select = document.createElement('select');
      select.append(...USES.map((use) => new Option(say(`use-${use}`), use, false, use === shape.use)));
      select.addEventListener('change', () => change(() => (shape.use = select.value)));
      field.append(say('use'), select);
      box.append(field);
    }
    const grid = document.createElement('div');
    grid.className = 'coordinates';
    shape.points.forEach((point, j) => {
      for (const axis of [0, 1] as const) {
        grid.append(
          input(
            say(axis === 0 ? 'x-of' : 'y-of', { n: j + 1 }),
            point[axis].toFixed(3),
            (value) => {
              const moved: Point = [...(shape.points[j] ?? point)];
              moved[axis] = Number(value.replace(',', '.')) || 0;
              change(() => (shape.points[j] = clamp(moved)));
              return null;
            },
            'number',
          ),
        );
      }
    });
    const away = document.createElement('button');
    away.type = 'button';
    away.className = 'button';
    away.textContent = `${say('delete')} ${label(shape)}`;
    away.addEventListener('click', () => remove(i));
    box.append(grid, away);
    return box;
  }

  // Warnings, the bar

  function warnings(): string[] {
    const masks = shapes.filter((shape) => shape.kind === 'mask');
    return shapes.flatMap((shape) => {
      if (shape.kind !== 'line') return [];
      const found: string[] = [];
      const length = pathLength(shape.points);
      const px = (part: number) => Math.round(part * pixels.width);
      if (length < SHORTEST) found.push(say('too-short', { name: shape.name, px: px(length), least: px(SHORTEST) }));
      masks.forEach((mask, n) => {
        if (ends(shape.points).some((end) => inside(end, mask.points))) found.push(say('in-mask', { name: shape.name, n: n + 1 }));
      });
      if (shape.directions[0] === shape.directions[1]) found.push(say('same-names', { name: shape.name }));
      return found;
    });
  }

  function changes(): number {
    const was = JSON.parse(saved) as Shape[];
    const key = (shape: Shape) => JSON.stringify(shape);
    const before = was.map(key);
    const after = shapes.map(key);
    return Math.max(after.filter((one) => !before.includes(one)).length, before.filter((one) => !after.includes(one)).length);
  }

  function bar(): void {
    const n = changes();
    element('changes').textContent = n === 0 ? say('changes-0') : n === 1 ? say('changes-1') : say('changes-n', { n });
    element<HTMLButtonElement>('undo').disabled = past.length === 0;
    element<HTMLButtonElement>('redo').disabled = future.length === 0;
    element<HTMLButtonElement>('save').disabled = n === 0;
    element<HTMLButtonElement>('reset').disabled = n === 0;
    element('warnings').replaceChildren(
      ...warnings().map((text) => {
        const item = document.createElement('li');
        item.className = 'note';
        item.textContent = text;
        return item;
      }),
    );
  }

  function refused(error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    const place = element('save-wrong');
    place.replaceChildren();
    const wrong = ((error.body['errors'] ?? []) as Record<string, unknown>[]).map((one) => `${one['message'] ?? ''} ${one['remedy'] ?? ''}`.trim());
    for (const text of [error.title, error.detail, error.remedy, ...wrong]) {
      if (!text) continue;
      const p = document.createElement('p');
      p.textContent = text;
      place.append(p);
    }
    if (error.status === 412) {
      const link = document.createElement('a');
      link.href = window.location.href;
      link.textContent = say('reload');
      place.append(link);
    }
    place.hidden = false;
    place.focus();
  }

  async function save(): Promise<void> {
    const button = element<HTMLButtonElement>('save');
    button.disabled = true;
    element('save-wrong').hidden = true;
    try {
      const answer = await call('PUT', address, body(), { 'If-Match': `"${etag}"` });
      etag = (answer.headers.get('ETag') ?? '').replace(/"/g, '');
      saved = JSON.stringify(shapes);
      toast(say('saved'));
    } catch (error) {
      refused(error);
    }
    bar();
  }

  // The session

  function show(): void {
    element('ask').hidden = true;
    element('desk').hidden = false;
    element('savebar').hidden = false;
    draw();
  }

  async function open(reason: string): Promise<void> {
    const answer = await call('POST', '/api/v1/setup-sessions', { camera: given.name, reason });
    const told = (await answer.json()) as { id: string; ends_s: number };
    session = { id: told.id, ends: told.ends_s };
    show();
    element('try').hidden = false;
    try {
      const still = await call('GET', `/api/v1/setup-sessions/${told.id}/still`);
      pixels = { width: Number(still.headers.get('X-Still-Width')) || 1920, height: Number(still.headers.get('X-Still-Height')) || 1080 };
      // A 4:3 view drawn on a 16:9 sheet would be stretched, and its lines judged wrongly.
      picture.style.aspectRatio = `${pixels.width} / ${pixels.height}`;
      const image = drawn('image', { href: URL.createObjectURL(await still.blob()), preserveAspectRatio: 'none', x: 0, y: 0 });
      layer('layer-still').replaceChildren(image);
    } catch (error) {
      if (error instanceof Refusal) hint(say('no-still', { reason: `${error.title} ${error.detail}` }));
    }
    draw();
    picture.focus();
  }

  function retry(): void {
    if (!source || !session) return;
    window.clearTimeout(wanted);
    const id = session.id;
    wanted = window.setTimeout(() => {
      call('PUT', `/api/v1/setup-sessions/${id}/shapes`, body()).then(
        () => {
          totals = null;
          triedAt = serverNow();
        },
        (error: unknown) => error instanceof Refusal && hint(`${error.title} ${error.detail}`),
      );
    }, 300);
  }

  async function attempt(): Promise<void> {
    if (source) return rest();
    if (!session) return;
    try {
      await call('PUT', `/api/v1/setup-sessions/${session.id}/shapes`, body());
    } catch (error) {
      return refused(error);
    }
    triedAt = serverNow();
    source = new EventSource(`/api/v1/setup-sessions/${session.id}/events`);
    element('try').setAttribute('aria-pressed', 'true');
    element('trial').hidden = false;
    element('trial').textContent = say('trial-on');
    source.addEventListener('moment', (event) => {
      const moment = JSON.parse((event as MessageEvent<string>).data) as Moment;
      const changed = JSON.stringify(moment.totals) !== JSON.stringify(totals);
      totals = moment.totals;
      if (changed && !drag) draw();
      drawDots(picture, moment.dots);
      const n = shapes.reduce((sum, shape) => sum + total(shape, 0) + total(shape, 1), 0);
      const text = n ? say(n === 1 ? 'trial-1' : 'trial', { n: number(n), time: age(serverNow() - triedAt) }) : say('trial-none');
      element('trial').textContent = moment.message || `${text} · ${say('trial-on')}`;
    });
    source.addEventListener('end', over);
    draw();
  }

  function rest(): void {
    source?.close();
    source = null;
    totals = null;
    drawDots(picture, []);
    element('try').setAttribute('aria-pressed', 'false');
    element('trial').hidden = true;
    draw();
  }

  function over(): void {
    rest();
    session = null;
    layer('layer-still').replaceChildren();
    element('try').hidden = true;
    element('left').textContent = '';
    element('ask').hidden = false;
    hint(say('trial-end'));
  }

  window.setInterval(() => {
    if (!session) return;
    const left = session.ends - serverNow();
    if (left <= 0) over();
    else element('left').textContent = say('session-left', { time: age(left) });
  }, 1000);
  window.addEventListener('pagehide', () => {
    source?.close();
    if (session) void fetch(`/api/v1/setup-sessions/${session.id}`, { method: 'DELETE', keepalive: true, headers: { 'X-CSRF-Token': csrf() } });
  });
  window.addEventListener('beforeunload', (event) => {
    if (changes()) event.preventDefault();
  });

  element('ask-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const reason = element<HTMLInputElement>('reason');
    const wrong = element('ask-wrong');
    wrong.textContent = '';
    if (reason.value.trim().length < 3) {
      wrong.textContent = say('order-reason');
      reason.focus();
      return;
    }
    try {
      await open(reason.value.trim());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      wrong.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
    }
  });
  element('without').addEventListener('click', () => {
    show();
    picture.focus();
  });
  for (const button of root.querySelectorAll<HTMLElement>('[data-tool]')) {
    button.addEventListener('click', () => take(button.dataset['tool'] as typeof tool));
  }
  element('finish').addEventListener('click', finish);
  element('undo').addEventListener('click', () => step(past, future));
  element('redo').addEventListener('click', () => step(future, past));
  element('reset').addEventListener('click', () =>
    change(() => {
      shapes = JSON.parse(saved) as Shape[];
      chosen = -1;
    }),
  );
  element('save').addEventListener('click', () => void save());
  element('try').addEventListener('click', () => void attempt());
  const yaml = element<HTMLDialogElement>('yaml-dialog');
  element('yaml').addEventListener('click', async () => {
    try {
      const answer = await call('POST', `${address}/diff`, body());
      element('yaml-text').textContent = ((await answer.json()) as { diff: string }).diff || say('diff-none');
      yaml.showModal();
    } catch (error) {
      refused(error);
    }
  });
  element('yaml-close').addEventListener('click', () => yaml.close());
  window.addEventListener('resize', draw);
}

const root = document.getElementById('editor');
if (root) edit(root);
