// What was tapped, kept on the phone until the server has it: in memory and in the browser's store.
import { call, Refusal } from '../page';

export interface Entry {
  id: string;
  time_s: number;
  act: 'tap' | 'undo' | 'pause' | 'resume';
  direction?: number;
  object_class?: string;
  of?: string;
}

export interface Kept {
  id: string;
  start_s: number;
  minutes: number;
  entries: Entry[];
  sent: number;
  end_s: number | null;
  /** The last moment at which the pad was on the screen. */
  shown_s: number;
}

/** What became of the last sending. */
export type Reached = 'yes' | 'no' | 'signed-out';

const BATCH = 200;
/** Answers after which no tap of this check is ever taken: it is over, or there is none. */
const LASTING = [400, 404, 409, 422];

/** The check that was left unfinished on this phone for that line, if any. */
export function unfinished(place: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(place) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

export class Outbox {
  private busy = false;
  private finished = false;

  constructor(
    private readonly place: string,
    readonly kept: Kept,
    private readonly tell: (unsent: number, reached: Reached) => void,
    private readonly done: () => void,
    private readonly refused: (error: Refusal) => void,
  ) {
    this.save();
    window.setInterval(() => void this.flush(), 2000);
    window.addEventListener('online', () => void this.flush());
    document.addEventListener('visibilitychange', () => void this.flush());
  }

  get entries(): Entry[] {
    return this.kept.entries;
  }

  add(entry: Omit<Entry, 'id'>): Entry {
    const made = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`, ...entry };
    this.kept.entries.push(made);
    // Whoever tapped had the pad before them.
    this.kept.shown_s = Math.max(this.kept.shown_s, made.time_s);
    this.save();
    void this.flush();
    return made;
  }

  /** The pad was on the screen until that moment. */
  shown(time_s: number): void {
    this.kept.shown_s = time_s;
    this.save();
  }

  finish(end_s: number): void {
    this.kept.end_s ??= end_s;
    this.save();
    void this.flush();
  }

  /** Send what is new, then the end; what fails is tried again two seconds later. */
  private async flush(): Promise<void> {
    if (this.busy || this.finished) return;
    this.busy = true;
    try {
      while (this.kept.sent < this.kept.entries.length) {
        const batch = this.kept.entries.slice(this.kept.sent, this.kept.sent + BATCH);
        await call('POST', `/api/v1/checks/${this.kept.id}/entries`, { entries: batch });
        this.kept.sent += batch.length;
        this.save();
      }
      if (this.kept.end_s !== null) {
        await call('POST', `/api/v1/checks/${this.kept.id}/finish`, { end_s: this.kept.end_s });
        this.finished = true;
        localStorage.removeItem(this.place);
        this.done();
      }
      this.tell(0, 'yes');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (LASTING.includes(error.status)) {
        this.finished = true;
        localStorage.removeItem(this.place);
        return this.refused(error);
      }
      // Who is signed out, or may not for now, loses no tap: they go once that person is back.
      const out = error.status === 401 || error.status === 403;
      this.tell(this.kept.entries.length - this.kept.sent, out ? 'signed-out' : 'no');
    } finally {
      this.busy = false;
    }
  }

  private save(): void {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.kept));
    } catch {
      // A full or forbidden store: memory still holds it.
    }
  }
}
