// What the server wrote into the page: language, civil time, messages, the CSRF token.

const words: Record<string, string> = JSON.parse(document.body.dataset['words'] ?? '{}');

export const language = document.documentElement.lang || 'fr';
export const zone = document.body.dataset['zone'] ?? 'Europe/Paris';

// The server's clock is the right one: a phone may be minutes off.
const told = Number(document.body.dataset['now'] ?? Date.now() / 1000);
const loaded = performance.now();

/** Seconds since the epoch on the server's clock. */
export function serverNow(): number {
  return told + (performance.now() - loaded) / 1000;
}

/** A message in the reader's language, its {fields} filled in. */
export function say(key: string, fields: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name] ?? ''));
}

export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=csrf]')?.content ?? '';
}

const numbers = new Map<number, Intl.NumberFormat>();

/** 1 234,5 in French, 1,234.5 in English; — without a value. */
export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return '—';
  let format = numbers.get(digits);
  if (!format) {
    format = new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    numbers.set(digits, format);
  }
  return format.format(value).replace(/^-/, '−');
}

const clockFormat = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
  timeZone: zone,
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

/** 14 h 32 in French, 14:32 in English. */
export function clock(seconds: number): string {
  const parts = clockFormat.formatToParts(seconds * 1000);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const hour = of('hour').replace(/^24$/, '00');
  return language === 'fr' ? `${Number(hour)}\u00a0h\u00a0${of('minute')}` : `${hour}:${of('minute')}`;
}

const dayFormat = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
  timeZone: zone,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** lundi 23 novembre 2026. */
export function day(seconds: number): string {
  return dayFormat.format(seconds * 1000).replace(',', '');
}

/** 14 s, 3 min. */
export function age(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole}\u00a0s` : `${Math.floor(whole / 60)}\u00a0min`;
}

/** A document of the API, or the problem it answers with. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly remedy: string,
    readonly body: Record<string, unknown>,
  ) {
    super(title);
  }
}

export async function call(
  method: string,
  address: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const asked: RequestInit = {
    method,
    headers: { 'X-CSRF-Token': csrf(), Accept: 'application/json', ...headers },
  };
  if (body !== undefined) {
    asked.body = JSON.stringify(body);
    asked.headers = { ...asked.headers, 'Content-Type': 'application/json' };
  }
  let answer: Response;
  try {
    answer = await fetch(address, asked);
  } catch {
    throw new Refusal(0, say('unreachable'), '', '', {});
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refusal(
    answer.status,
    String(told.title ?? answer.statusText),
    String(told.detail ?? ''),
    String(told.remedy ?? ''),
    told,
  );
}

/** A short message that leaves by itself. */
export function toast(text: string): void {
  const place = document.getElementById('toast');
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  window.setTimeout(() => {
    place.hidden = true;
  }, 6000);
}
