// Count check: a person taps each passage of a line; Parvis's own count stays hidden until the end.
import { call, listening, Refusal, say, serverNow } from './page';
import { singleKeysAct } from './keys';
import { Outbox, unfinished, type Kept } from './count/outbox';
import { Pad } from './count/pad';
import { Look } from './count/view';

interface Given {
  /** Who is signed in: what another person left on this phone is not theirs to go on with. */
  who: string;
  camera: string;
  line: string;
  live: boolean;
  least: number;
}

const element = <E extends HTMLElement>(id: string) => document.getElementById(id) as E;

// The page's clock stands still while a phone sleeps; its wall clock goes on.
const ahead = serverNow() - Date.now() / 1000;
const now = () => Date.now() / 1000 + ahead;

/** Longer without the pad on the screen, and nobody counted: a page left, a phone asleep. */
const LOST_S = 5;

function count(given: Given): void {
  const place = `parvis-check-${given.who}-${given.camera}-${given.line}`;
  const form = element<HTMLFormElement>('ask-form');
  const kept = unfinished(place);
  if (kept) begin(given, place, kept);
  let asking = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // A second press on a slow network would begin a second check.
    if (asking) return;
    asking = true;
    void asked(given, place).finally(() => (asking = false));
  });
  listening(form);
}

async function asked(given: Given, place: string): Promise<void> {
  const reason = element<HTMLInputElement>('reason');
  const minutes = element<HTMLInputElement>('minutes');
  const wrong = element('ask-wrong');
  wrong.textContent = '';
  if (reason.value.trim().length < 3) {
    wrong.textContent = say('order-reason');
    reason.focus();
    return;
  }
  try {
    const length = Math.min(60, Math.max(given.least, Math.round(Number(minutes.value) || 15)));
    const answer = await call('POST', '/api/v1/checks', { camera: given.camera, line: given.line, reason: reason.value.trim(), minutes: length });
    const told = (await answer.json()) as { id: string; start_s: number };
    const look = begin(given, place, { id: told.id, start_s: told.start_s, minutes: length, entries: [], sent: 0, end_s: null, shown_s: now() });
    if (element<HTMLInputElement>('look').checked) await look.open(given.live, reason.value.trim(), length * 60 + 300);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    wrong.textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
  }
}

function begin(given: Given, place: string, kept: Kept): Look {
  element('ask').hidden = true;
  const past = document.getElementById('past');
  if (past) past.hidden = true;
  element('pad').hidden = false;
  const scene = document.querySelector('#pad svg') as SVGSVGElement;
  const look = new Look(given.camera, scene, element('view-note'));
  const said = (text: string) => {
    element('said').textContent = text;
  };
  const outbox = new Outbox(
    place,
    kept,
    (unsent, reached) => {
      element('kept').textContent = unsent ? say(reached === 'signed-out' ? 'kept-out' : 'kept', { n: unsent }) : reached === 'yes' ? say('sent') : '';
      const waits = reached === 'signed-out' ? 'waiting-out' : 'waiting';
      if (kept.end_s !== null) element('over-said').textContent = say(reached === 'yes' ? 'settling' : waits);
    },
    () => void settle(kept.id),
    (error) => {
      window.clearInterval(ticking);
      refusal = true;
      over();
      element('over-said').textContent = [error.title, error.detail, error.remedy].filter(Boolean).join(' ');
    },
  );
  let refusal = false;
  const running = () => !refusal && now() >= kept.start_s && pausedSince() === null && kept.end_s === null;
  const pad = new Pad(element('pad'), outbox, now, running, said);
  const pause = element<HTMLButtonElement>('pause');

  function pausedSince(): number | null {
    const last = kept.entries.filter((entry) => entry.act === 'pause' || entry.act === 'resume').at(-1);
    return last?.act === 'pause' ? last.time_s : null;
  }

  /** Seconds counted so far, pauses left out. */
  function elapsed(): number {
    let lost = 0;
    let since: number | null = null;
    for (const entry of kept.entries) {
      if (entry.act === 'pause') since ??= entry.time_s;
      else if (entry.act === 'resume' && since !== null) {
        lost += entry.time_s - since;
        since = null;
      }
    }
    return (since ?? now()) - kept.start_s - lost;
  }

  function toggle(): void {
    if (now() < kept.start_s || kept.end_s !== null) return;
    outbox.add({ time_s: now(), act: pausedSince() === null ? 'pause' : 'resume' });
    draw(true);
  }

  function draw(speak: boolean): void {
    const paused = pausedSince() !== null;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = say(paused ? 'resume' : 'pause');
    pad.enable(running());
    if (speak) said(paused ? say('paused') : say('counting'));
  }

  function over(): void {
    element('pad').hidden = true;
    element('over').hidden = false;
    element('over-said').textContent = say('waiting');
    look.close();
  }

  function finish(): void {
    if (kept.end_s !== null) return;
    window.clearInterval(ticking);
    outbox.finish(now());
    over();
  }

  let begun = false;
  /** Whoever had the pad away from the screen did not look: that time is left out. */
  function missed(): void {
    if (document.visibilityState !== 'visible') return;
    const at = now();
    const lost = at - kept.shown_s > LOST_S && at > kept.start_s && pausedSince() === null;
    if (lost) {
      // It was noted within the last second that the pad was there: half of one on average.
      outbox.add({ time_s: Math.max(kept.start_s, kept.shown_s + 0.5), act: 'pause' });
      begun = true;
      draw(false);
      said(say('lost'));
    }
    if (lost || at - kept.shown_s >= 1) outbox.shown(at);
  }

  function tick(): void {
    missed();
    const whole = kept.minutes * 60;
    const gone = elapsed();
    if (gone < 0) {
      said(say('starts', { s: Math.ceil(-gone) }));
      pad.enable(false);
    } else if (!begun) {
      begun = true;
      draw(true);
    }
    const left = Math.max(0, Math.ceil(whole - Math.max(0, gone)));
    element('left').textContent = say('left', { min: Math.floor(left / 60), s: String(left % 60).padStart(2, '0') });
    element<HTMLProgressElement>('progress').value = Math.min(1, Math.max(0, gone) / whole);
    if (gone >= whole) finish();
  }

  const ticking = window.setInterval(tick, 250);
  if (kept.end_s === null) tick();
  pause.addEventListener('click', toggle);
  element('undo').addEventListener('click', () => pad.undo());
  const dialog = element<HTMLDialogElement>('finish-dialog');
  element('finish').addEventListener('click', () => dialog.showModal());
  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'finish') finish();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || dialog.open || !singleKeysAct()) return;
    const on = event.target instanceof HTMLButtonElement && !event.target.classList.contains('tap');
    if (on && event.key === ' ') return; // the space bar presses the button that has the focus
    const letter = event.key.toUpperCase();
    if (letter === 'Z') pad.undo();
    else if (event.key === ' ') toggle();
    else if (!pad.press(letter)) return;
    event.preventDefault();
  });
  window.addEventListener('beforeunload', (event) => {
    if (kept.end_s === null && !refusal) event.preventDefault();
  });
  stayAwake(() => kept.end_s === null && !refusal);
  if (kept.end_s !== null) over();
  return look;
}

/** A phone that goes dark loses taps; the browser lets go of the screen whenever the page is left. */
function stayAwake(wanted: () => boolean): void {
  if (!('wakeLock' in navigator)) return;
  const hold = () => {
    if (document.visibilityState === 'visible' && wanted()) void navigator.wakeLock.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', hold);
  hold();
}

/** Wait for the result, then show it. */
async function settle(id: string): Promise<void> {
  for (;;) {
    try {
      const told = (await (await call('GET', `/api/v1/checks/${id}`)).json()) as { state: string };
      if (told.state === 'done' || told.state === 'given-up') break;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The page of the result says why, or asks to sign in.
      if (error.status >= 400 && error.status < 500) break;
    }
    await new Promise((wake) => window.setTimeout(wake, 1000));
  }
  window.location.href = `/checks/${id}`;
}

const root = document.getElementById('count');
if (root) count(JSON.parse(root.dataset['count'] ?? '{}') as Given);
