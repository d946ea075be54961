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

const EVENTS = ['hello', 'states', 'gone', 'closed', 'alerts', 'beat', 'end'] as const;

/** Another profile has come into force: what this page shows may not be shown any more. */
function otherProfile(news: News): boolean {
  const mine = document.body.dataset['profile'];
  return news.event === 'hello' && mine !== undefined && (news.data as { profile: string }).profile !== mine;
}

export function follow(address: string, hear: (news: News) => void): void {
  const channel = new BroadcastChannel('parvis-live');
  const take = (news: News) => {
    if (otherProfile(news)) window.location.reload();
    else hear(news);
  };
  channel.onmessage = (message) => take(message.data as News);
  const tell = (news: News) => {
    take(news);
    channel.postMessage(news);
  };
  const listen = () =>
    new Promise<void>(() => {
      const source = new EventSource(address);
      source.onopen = () => tell({ event: 'open', data: null });
      source.onerror = () => {
        tell({ event: 'error', data: null });
        if (source.readyState === EventSource.CLOSED) {
          // Refused or signed out: look again later rather than never.
          source.close();
          window.setTimeout(() => void listen(), 5000);
        }
      };
      for (const name of EVENTS) {
        source.addEventListener(name, (event) => {
          tell({ event: name, data: JSON.parse((event as MessageEvent<string>).data) } as News);
        });
      }
      window.addEventListener('pagehide', () => source.close());
    });
  if ('locks' in navigator) void navigator.locks.request('parvis-live', listen);
  else void listen();
}
