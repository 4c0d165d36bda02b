import { Call } from '../Call';

/** Reads a stream for its usage, and keeps nothing of it. */
export function readToEnd(call: Call): Promise<void> {
  const { answer, attempt, passage, fields } = call;
  if (answer?.kind !== 'stream' || !attempt || !passage || !fields) {
    return Promise.resolve();
  }
  const { source } = answer;
  const tap = passage.protocol.createTap(fields);
  return new Promise(resolve => {
    const end = (how: 'answered' | 'cut') => {
      const usage = how === 'answered' ? tap.usage : tap.usageSoFar;
      attempt.outcome = { end: how, usage, pieceCount: tap.pieceCount };
      resolve();
    };
    source.pipe({
      data(chunk) {
        try {
          tap.push(chunk);
        } catch (error) {
          call.abort(error instanceof Error ? error : new Error('bad stream'));
        }
      },
      ended: () => end(tap.isDone ? 'answered' : 'cut'),
      failed: () => end('cut'),
    });
  });
}
