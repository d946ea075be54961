// The bar: what is not saved, what would be written to site.yaml, and the saving itself.
import { call, Refusal, say, toast } from '../page';
import { element, made } from './dom';

/** What is edited, as the bar sees it. */
export interface Edited {
  /** How many changes are not in the file. */
  readonly changes: number;
  /** It cannot be right as it is. */
  readonly refused: boolean;
  /** All that would be saved. */
  state(): string;
  body(): Record<string, unknown>;
  /** The file holds that state now. */
  markSaved(state: string): void;
  /** Back to what the file holds. */
  reset(): void;
}

export class Saving {
  private busy = false;

  /**
   * @param address what is saved, in the API; its difference is at `/diff` below.
   * @param etag the version of the file that the page shows.
   * @param saved what follows once it is in the file.
   */
  constructor(
    private readonly address: () => string,
    private etag: string,
    private readonly edited: Edited,
    private readonly saved = () => toast(say('saved')),
  ) {
    element('save').addEventListener('click', () => void this.save());
    element('reset').addEventListener('click', () => edited.reset());
    element('yaml').addEventListener('click', () => void this.showYaml());
    element('yaml-close').addEventListener('click', () => element<HTMLDialogElement>('yaml-dialog').close());
    window.addEventListener('beforeunload', (event) => {
      if (edited.changes) event.preventDefault();
    });
  }

  get version(): string {
    return this.etag;
  }

  draw(): void {
    const { changes: n, refused } = this.edited;
    element('changes').textContent = n === 0 ? say('changes-0') : n === 1 ? say('changes-1') : say('changes-n', { n });
    for (const id of ['reset', 'yaml']) element<HTMLButtonElement>(id).disabled = n === 0;
    element<HTMLButtonElement>('save').disabled = n === 0 || refused || this.busy;
  }

  refused(error: unknown): void {
    if (!(error instanceof Refusal)) throw error;
    const place = element('save-wrong');
    const wrong = ((error.body['errors'] ?? []) as Record<string, unknown>[]).map((one) => `${one['message'] ?? ''} ${one['remedy'] ?? ''}`.trim());
    place.replaceChildren(...[error.title, error.detail, error.remedy, ...wrong].filter(Boolean).map((text) => made('p', '', text)));
    if (error.status === 412) {
      const link = made('a', '', say('reload'));
      link.href = window.location.href;
      place.append(link);
    }
    place.hidden = false;
    place.focus();
  }

  private async save(): Promise<void> {
    // A second press would send the version that the first one makes old.
    if (this.busy) return;
    this.busy = true;
    this.draw();
    element('save-wrong').hidden = true;
    const sent = this.edited.state();
    try {
      const answer = await call('PUT', this.address(), this.edited.body(), { 'If-Match': `"${this.etag}"` });
      this.etag = (answer.headers.get('ETag') ?? '').replace(/"/g, '');
      // What was drawn while the answer was on its way is not saved yet.
      this.edited.markSaved(sent);
      this.saved();
    } catch (error) {
      this.refused(error);
    } finally {
      this.busy = false;
      this.draw();
    }
  }

  private async showYaml(): Promise<void> {
    try {
      const answer = await call('POST', `${this.address()}/diff`, this.edited.body());
      const { diff } = (await answer.json()) as { diff: string };
      const kinds: Record<string, 'ins' | 'del'> = { '+': 'ins', '-': 'del' };
      const lines = (diff || say('diff-none')).split('\n').map((line, n) => {
        const kind = n > 1 ? kinds[line[0] ?? ''] : undefined;
        return made(kind ?? 'span', '', `${line}\n`);
      });
      element('yaml-text').replaceChildren(...lines);
      element<HTMLDialogElement>('yaml-dialog').showModal();
    } catch (error) {
      this.refused(error);
    }
  }
}
