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
  let [answer, told] = await asked(method, address, body, headers);
  // Who signed in again in another tab has another token: what is under way here is not lost.
  if (told['type'] === 'urn:parvis:problem:csrf' && (await renewed())) {
    [answer, told] = await asked(method, address, body, headers);
  }
  if (answer.ok) return answer;
  throw new Refusal(
    answer.status,
    String(told['title'] ?? answer.statusText),
    String(told['detail'] ?? ''),
    String(told['remedy'] ?? ''),
    told,
  );
}

/** The answer, and the document of a problem; empty when there is none. */
async function asked(
  method: string,
  address: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<[Response, Record<string, unknown>]> {
  const given: RequestInit = {
    method,
    headers: { 'X-CSRF-Token': csrf(), Accept: 'application/json', ...headers },
  };
  if (body !== undefined) {
    given.body = JSON.stringify(body);
    given.headers = { ...given.headers, 'Content-Type': 'application/json' };
  }
  try {
    const answer = await fetch(address, given);
    return [answer, answer.ok ? {} : ((await answer.json().catch(() => ({}))) as Record<string, unknown>)];
  } catch {
    throw new Refusal(0, say('unreachable'), '', '', {});
  }
}

/** Take the token of the session as it is now. False when it is the one that was refused. */
async function renewed(): Promise<boolean> {
  const held = document.querySelector<HTMLMetaElement>('meta[name=csrf]');
  const [answer] = await asked('GET', '/api/v1/session', undefined, {});
  const { csrf: token } = (await answer.json().catch(() => ({}))) as { csrf?: string };
  if (!held || !token || token === held.content) return false;
  held.content = token;
  return true;
}

/** A form does something from now on: its buttons wait for that. */
export function listening(form: HTMLElement): void {
  for (const button of form.querySelectorAll('button')) button.disabled = false;
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
