// The bar: what is not saved, what would be written, and the saving itself.
import { call, Refusal, say, toast } from '../page';
import { element, made } from './dom';
import type { Given } from './shapes';
import type { Sheet } from './sheet';

export class Saving {
  private readonly address: string;
  private etag: string;

  constructor(
    told: Given,
    private readonly sheet: Sheet,
  ) {
    this.address = `/api/v1/cameras/${encodeURIComponent(told.name)}/shapes`;
    this.etag = told.etag;
    element('save').addEventListener('click', () => void this.save());
    element('reset').addEventListener('click', () => sheet.reset());
    element('yaml').addEventListener('click', () => void this.showYaml());
    element('yaml-close').addEventListener('click', () => element<HTMLDialogElement>('yaml-dialog').close());
    window.addEventListener('beforeunload', (event) => {
      if (sheet.changes) event.preventDefault();
    });
  }

  draw(): void {
    const n = this.sheet.changes;
    element('changes').textContent = n === 0 ? say('changes-0') : n === 1 ? say('changes-1') : say('changes-n', { n });
    element<HTMLButtonElement>('save').disabled = n === 0;
    element<HTMLButtonElement>('reset').disabled = n === 0;
    element<HTMLButtonElement>('yaml').disabled = n === 0;
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
    element<HTMLButtonElement>('save').disabled = true;
    element('save-wrong').hidden = true;
    const sent = this.sheet.state();
    try {
      const answer = await call('PUT', this.address, this.sheet.body(), { 'If-Match': `"${this.etag}"` });
      this.etag = (answer.headers.get('ETag') ?? '').replace(/"/g, '');
      // What was drawn while the answer was on its way is not saved yet.
      this.sheet.markSaved(sent);
      toast(say('saved'));
    } catch (error) {
      this.refused(error);
    }
    this.draw();
  }

  private async showYaml(): Promise<void> {
    try {
      const answer = await call('POST', `${this.address}/diff`, this.sheet.body());
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
