// One EventSource for all tabs of a browser: the tab that holds the lock listens and tells the
// others. HTTP/1.1 allows six connections a host; with one per tab the seventh tab would hang.

export interface CameraNow {
  camera: string;
  label: string;
  freshness: 'fresh' | 'stale' | 'none';
  age_s: number | null;
  stopped: boolean;
  stream: { state: string; since_s: number; fps: number } | null;
  dots: { x: number; y: number; object_class: string; height: number }[];
  ground: Record<string, { people: number; density_pm2: number; level: string; alarm: string }>;
  open_counts: { series: string; value: number }[];
}

export type News =
  | { event: 'states'; data: CameraNow[] }
  | { event: 'closed'; data: unknown }
  | { event: 'gone'; data: string[] }
  | { event: 'alerts'; data: unknown }
  | { event: 'hello' | 'beat' | 'end' | 'open' | 'error'; data: unknown };

type Hear = (news: News) => void;

/** Another profile has come into force: what this page shows may not be shown any more. */
function otherProfile(news: News): boolean {
  const mine = document.body.dataset['profile'];
  return news.event === 'hello' && mine !== undefined && (news.data as { profile: string }).profile !== mine;
}

const ADDRESS = '/api/v1/live';
const EVENTS = ['hello', 'states', 'gone', 'closed', 'alerts', 'beat', 'end'] as const;
const AGAIN_MS = 5000;
const hearers: Hear[] = [];
let channel: BroadcastChannel | null = null;

/** Hear what the live stream says. A page asks as often as it likes: it listens once. */
export function follow(hear: Hear): void {
  hearers.push(hear);
  if (channel) return;
  channel = new BroadcastChannel('parvis-live');
  channel.onmessage = (message) => spread(message.data as News);
  if ('locks' in navigator) void navigator.locks.request('parvis-live', listen);
  else void listen();
}

function spread(news: News): void {
  if (otherProfile(news)) return window.location.reload();
  for (const hear of hearers) hear(news);
}

function tell(news: News): void {
  spread(news);
  channel?.postMessage(news);
}

/** Listen for as long as this page lives: the promise keeps the lock. */
function listen(): Promise<void> {
  let source = connect();
  window.addEventListener('pagehide', () => source.close());
  window.setInterval(() => {
    // Refused or signed out: look again later rather than never.
    if (source.readyState === EventSource.CLOSED) source = connect();
  }, AGAIN_MS);
  return new Promise(() => undefined);
}

function connect(): EventSource {
  const source = new EventSource(ADDRESS);
  source.onopen = () => tell({ event: 'open', data: null });
  source.onerror = () => tell({ event: 'error', data: null });
  for (const name of EVENTS) {
    source.addEventListener(name, (event) => {
      tell({ event: name, data: JSON.parse((event as MessageEvent<string>).data) } as News);
    });
  }
  return source;
}
