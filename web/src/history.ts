// Historique: one uPlot chart, drawn from what the server wrote into the page.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './styles/history.css';
import { clock, day, language, number, say, zone } from './page';

interface Line {
  label: string;
  value: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  mark: string[];
  before: (number | null)[];
  corrected: (number | null)[];
  correction: (string | null)[];
}

interface Data {
  bin: '15min' | 'hour' | 'day';
  times: number[];
  end: number | null;
  lines: Line[];
}

const place = document.getElementById('plot');
const readout = document.getElementById('readout');

const LEFT = 56;
const RIGHT = 12;
const DASHES: number[][] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];
const INKS = ['--data', '--bike', '--vehicle', '--data-2'];

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const civil = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  weekday: 'short',
});

interface Civil {
  weekday: string;
  day: number;
  month: number;
  hour: number;
  minute: number;
}

function local(seconds: number): Civil {
  const parts = Object.fromEntries(civil.formatToParts(seconds * 1000).map((part) => [part.type, part.value]));
  return {
    weekday: parts['weekday'] ?? '',
    day: Number(parts['day']),
    month: Number(parts['month']),
    hour: Number(parts['hour']),
    minute: Number(parts['minute']),
  };
}

const short = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
  timeZone: zone,
  weekday: 'short',
  day: 'numeric',
});
const month = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
  timeZone: zone,
  day: 'numeric',
  month: 'short',
});

/** Whether the same clock time comes twice that night, and which of the two this is. */
function doubled(seconds: number): 'summer' | 'winter' | null {
  const same = (a: Civil, b: Civil) => a.hour === b.hour && a.minute === b.minute && a.day === b.day;
  const at = local(seconds);
  if (same(at, local(seconds + 3600))) return 'summer';
  return same(at, local(seconds - 3600)) ? 'winter' : null;
}

function hourLabel(seconds: number): string {
  const at = local(seconds);
  const text = at.minute === 0 && language === 'fr' ? `${at.hour}\u00a0h` : clock(seconds);
  const which = doubled(seconds);
  return which ? `${text} (${say(which)})` : text;
}

/** Marks of the time axis are bin starts, so that 23 and 25 hours fall right by themselves. */
function marks(times: number[], from: number, to: number, width: number): { at: number; label: string }[] {
  const days = (to - from) / 86400;
  const most = Math.max(3, Math.floor(width / 70));
  let fits: (at: Civil, seconds: number) => boolean;
  if (days <= 3) {
    const every = [1, 2, 3, 6, 12].find((step) => (days * 24) / step <= most) ?? 24;
    fits = (at) => at.minute === 0 && at.hour % every === 0;
  } else if (days <= 16) {
    const every = Math.ceil(days / most);
    let n = -1;
    fits = (at) => at.hour === 0 && at.minute === 0 && (n += 1) % every === 0;
  } else if (days <= 120) {
    fits = (at) => at.hour === 0 && at.minute === 0 && at.weekday === 'Mon' && (days < 60 || at.day % 14 < 7);
  } else fits = (at) => at.hour === 0 && at.minute === 0 && at.day === 1 && (days < 200 || at.month % 2 === 1 || most > 10);
  return times
    .filter((seconds) => seconds >= from && seconds <= to && fits(local(seconds), seconds))
    .map((seconds) => {
      if (days > 3) return { at: seconds, label: days > 16 ? month.format(seconds * 1000) : short.format(seconds * 1000) };
      const midnight = local(seconds).hour === 0 && days > 1.1;
      return { at: seconds, label: midnight ? short.format(seconds * 1000) : hourLabel(seconds) };
    });
}

function stretchLabel(data: Data, i: number): string {
  const start = data.times[i] ?? 0;
  if (data.bin === 'day') return day(start);
  const end = data.times[i + 1] ?? data.end ?? start;
  const which = doubled(start);
  return `${day(start)}, ${clock(start)}–${clock(end)}${which ? ` (${say(which)})` : ''}`;
}

/** A bound rounded away from the value: nothing counted is not nothing passed. */
function outwards(bound: number | null | undefined, round: (x: number) => number): number | null {
  return bound === null || bound === undefined ? null : round(bound);
}

function told(data: Data, i: number): string {
  const values = data.lines.map((line) => {
    const value = line.value[i];
    const name = data.lines.length > 1 ? `${line.label} ` : '';
    if (value === null || value === undefined) return name + (line.mark[i] === 'gap' ? say('gap') : say('no-value'));
    const text = say('range', { value: number(value), low: number(outwards(line.low[i], Math.floor)), high: number(outwards(line.high[i], Math.ceil)) });
    const corrected = line.corrected[i];
    const beside = corrected == null ? '' : `, ${say('corrected', { value: number(corrected), version: line.correction[i] ?? '' })}`;
    const before = line.before[i];
    return name + text + beside + (before === null || before === undefined ? '' : `, ${say('compared')} ${number(before)}`);
  });
  return say('cursor', { time: stretchLabel(data, i), values: values.join(' ; ') });
}

/** The last stretch that has a value: what the line under the chart says until one is chosen. */
function latest(data: Data): number {
  const has = (i: number) => data.lines.some((line) => line.value[i] != null);
  for (let i = data.times.length - 1; i > 0; i -= 1) if (has(i)) return i;
  return 0;
}

function hatch(context: CanvasRenderingContext2D): CanvasPattern | null {
  const size = Math.round(7 * devicePixelRatio);
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.strokeStyle = token('--hatch');
  pen.lineWidth = Math.max(1, devicePixelRatio);
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

/** Stretches of one mark, joined with their neighbours: [start, end] in seconds. */
function stretches(data: Data, fits: (i: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  data.times.forEach((start, i) => {
    if (!fits(i)) return;
    const end = data.times[i + 1] ?? data.end ?? start;
    const last = found.at(-1);
    if (last && last[1] === start) last[1] = end;
    else found.push([start, end]);
  });
  return found;
}

function build(root: HTMLElement, data: Data): uPlot {
  const width = root.clientWidth;
  // A value stands in the middle of its stretch; gaps stay null, which uPlot does not bridge.
  const middle = data.times.map((start, i) => (start + (data.times[i + 1] ?? data.end ?? start)) / 2);
  const series: uPlot.Series[] = [{}];
  const table: (number | null)[][] = [middle];
  const bands: uPlot.Band[] = [];
  data.lines.forEach((line, n) => {
    const ink = token(INKS[n] ?? '--data');
    const at = series.length;
    const quiet = { stroke: 'transparent', width: 0, points: { show: false } };
    series.push({ ...quiet, label: 'high' }, { ...quiet, label: 'low' });
    table.push(line.high, line.low);
    bands.push({ series: [at, at + 1], fill: data.lines.length > 1 ? `${ink}22` : token('--data-band') });
    if (line.before.length) {
      series.push({ label: 'before', stroke: token('--data-2'), width: 1.25, dash: DASHES[n] ?? [], points: { show: false } });
      table.push(line.before);
    }
    if (line.corrected.some((value) => value !== null)) {
      // A second line beside the count, thin and with hollow points, so that no one takes it for the count.
      const points = { show: data.times.length <= 120, size: 6, stroke: ink, fill: token('--surface'), width: 1.5 };
      series.push({ label: 'corrected', stroke: ink, width: 1, dash: [4, 3], points });
      table.push(line.corrected);
    }
    const lonely = line.value.some((value, i) => value !== null && line.value[i - 1] == null && line.value[i + 1] == null);
    series.push({
      label: line.label,
      stroke: ink,
      width: 2.25,
      dash: DASHES[n] ?? [],
      points: { show: lonely || data.bin === 'day', size: 5, fill: ink },
    });
    table.push(line.value);
  });
  const missing = stretches(data, (i) => data.lines.every((line) => line.mark[i] === 'gap'));
  const partial = stretches(data, (i) => data.lines.some((line) => line.mark[i] === 'partial'));
  const ratio = devicePixelRatio;

  const drawGaps = (u: uPlot) => {
    const { ctx: pen } = u;
    const pattern = hatch(pen);
    pen.save();
    pen.beginPath();
    pen.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    pen.clip();
    for (const [start, end] of missing) {
      const left = u.valToPos(start, 'x', true);
      const wide = Math.max(2 * ratio, u.valToPos(end, 'x', true) - left);
      pen.fillStyle = pattern ?? token('--hatch');
      pen.fillRect(left, u.bbox.top, wide, u.bbox.height);
      if (wide > 34 * ratio) {
        pen.font = `${13 * ratio}px Inter, sans-serif`;
        const room = pen.measureText(say('gap')).width + 8 * ratio;
        const x = left + wide / 2;
        const y = u.bbox.top + u.bbox.height / 2;
        pen.fillStyle = token('--surface');
        pen.fillRect(x - room / 2, y - 10 * ratio, room, 20 * ratio);
        pen.fillStyle = token('--ink-2');
        pen.textAlign = 'center';
        pen.textBaseline = 'middle';
        pen.fillText(say('gap'), x, y);
      }
    }
    pen.restore();
  };
  const veilParts = (u: uPlot) => {
    const { ctx: pen } = u;
    pen.save();
    pen.globalAlpha = 0.55;
    pen.fillStyle = token('--surface');
    for (const [start, end] of partial) {
      const left = Math.max(u.bbox.left, u.valToPos(start, 'x', true));
      const right = Math.min(u.bbox.left + u.bbox.width, u.valToPos(end, 'x', true));
      if (right > left) pen.fillRect(left, u.bbox.top, right - left, u.bbox.height);
    }
    pen.restore();
  };

  const first = data.times[0] ?? 0;
  const last = data.end ?? first + 1;
  const font = '13px Inter, system-ui, sans-serif';
  return new uPlot(
    {
      width,
      height: width < 500 ? 240 : 320,
      padding: [12, RIGHT, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: true }, drag: { x: true, y: false } },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false, range: (_u, low, high) => (low === middle[0] && high === middle.at(-1) ? [first, last] : [low, high]) },
        y: { range: (_u, _low, high) => [0, Math.max(1, (high ?? 1) * 1.08)] },
      },
      axes: [
        {
          font,
          size: 30,
          stroke: token('--ink-2'),
          grid: { show: false },
          ticks: { stroke: token('--edge'), width: 1, size: 5 },
          splits: (u, _axis, low, high) => marks(data.times, low, high, u.width - LEFT).map((mark) => mark.at),
          values: (u, splits) => {
            const found = new Map(
              marks(data.times, u.scales['x']?.min ?? first, u.scales['x']?.max ?? last, u.width - LEFT).map((m) => [m.at, m.label]),
            );
            return splits.map((at) => found.get(at) ?? '');
          },
        },
        {
          font,
          size: LEFT,
          stroke: token('--ink-2'),
          grid: { stroke: token('--grid'), width: 1 },
          ticks: { show: false },
          values: (_u, splits) => splits.map((value) => number(value, Number.isInteger(value) ? 0 : 1)),
        },
      ],
      series,
      bands,
      hooks: {
        drawClear: [drawGaps],
        draw: [veilParts],
        setCursor: [
          (u) => {
            if (readout) readout.textContent = told(data, u.cursor.idx ?? latest(data));
          },
        ],
      },
    },
    table as uPlot.AlignedData,
    root,
  );
}

function keyboard(root: HTMLElement, data: Data, chart: () => uPlot): void {
  let at = 0;
  const move = (to: number) => {
    at = Math.min(Math.max(to, 0), data.times.length - 1);
    const u = chart();
    const x = ((u.data[0]?.[at] as number | undefined) ?? 0) as number;
    u.setCursor({ left: u.valToPos(x, 'x'), top: 10 });
    root.setAttribute('aria-valuenow', String(at));
    root.setAttribute('aria-valuetext', told(data, at));
    if (readout) readout.textContent = told(data, at);
  };
  const zoom = (factor: number) => {
    const u = chart();
    const centre = (u.data[0]?.[at] as number) ?? 0;
    const span = ((u.scales['x']?.max ?? 0) - (u.scales['x']?.min ?? 0)) * factor;
    const first = data.times[0] ?? 0;
    const last = data.end ?? first;
    if (span >= last - first) u.setScale('x', { min: first, max: last });
    else u.setScale('x', { min: Math.max(first, centre - span / 2), max: Math.min(last, centre + span / 2) });
  };
  root.addEventListener('keydown', (event) => {
    const step = event.shiftKey ? 10 : 1;
    switch (event.key) {
      case 'ArrowRight':
        move(at + step);
        break;
      case 'ArrowLeft':
        move(at - step);
        break;
      case 'Home':
        move(0);
        break;
      case 'End':
        move(data.times.length - 1);
        break;
      case '+':
      case '=':
        zoom(0.5);
        break;
      case '-':
      case '−':
        zoom(2);
        break;
      case 'Escape':
        zoom(1e9);
        break;
      case 't':
      case 'T':
        openTable();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

function openTable(): void {
  const twin = document.getElementById('table') as HTMLDetailsElement | null;
  if (!twin) return;
  twin.open = true;
  twin.querySelector<HTMLElement>('summary')?.focus();
  twin.scrollIntoView({ block: 'start' });
}

if (place) {
  const data = JSON.parse(place.dataset['chart'] ?? '{}') as Data;
  let chart: uPlot | null = null;
  const draw = () => {
    chart?.destroy();
    chart = build(place, data);
    if (readout && data.times.length) readout.textContent = told(data, latest(data));
  };
  void document.fonts.ready.then(() => {
    draw();
    keyboard(place, data, () => chart as uPlot);
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(place.clientWidth - width) < 2) return;
      width = place.clientWidth;
      draw();
    }).observe(place);
  });
  document.addEventListener('theme', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}

for (const link of document.querySelectorAll('[data-open=table]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    openTable();
  });
}

// Choosing a bin or a comparison shows it at once; the button stays for those without a mouse.
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-submit]')) {
  form.addEventListener('change', (event) => {
    const field = event.target as HTMLElement;
    if (field instanceof HTMLSelectElement) form.requestSubmit();
    if (field instanceof HTMLInputElement && field.type === 'radio') form.requestSubmit();
  });
}
