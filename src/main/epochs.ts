import { JitError } from '../domain/errors.ts';

/** JIT_EPOCH: `ID@N`, or several with commas between. Throws USAGE on anything else. */
export function readEpochs(text: string | undefined): ReadonlyMap<string, number> {
  const epochs = new Map<string, number>();
  if (text === undefined || text === '') return epochs;
  for (const item of text.split(',')) {
    const [, id, epoch] = /^([0-9A-Za-z]{4,26})@(\d{1,15})$/.exec(item.trim()) ?? [];
    if (id === undefined || epoch === undefined) {
      throw new JitError('USAGE', `JIT_EPOCH is not ID@N: ${JSON.stringify(text)}`, {
        details: { value: text },
        hint: 'jit issue claim-next --json says the id and the epoch',
      });
    }
    epochs.set(id, Number(epoch));
  }
  return epochs;
}
