import fc from 'fast-check';
import { isCandidateCall } from './isCandidateCall';

const CALLERS = 100_000;

describe('isCandidateCall', () => {
  it.each([0.01, 0.05, 0.25, 0.5, 0.9])(
    'takes the share %d of the callers, within a hundredth of all',
    share => {
      for (const model of ['gpt-4o', 'llama-3-8b-instruct']) {
        let count = 0;
        for (let caller = 0; caller < CALLERS; caller++) {
          if (isCandidateCall(model, `session-${caller}`, share)) count += 1;
        }
        expect(Math.abs(count / CALLERS - share)).toBeLessThan(0.01);
      }
    },
  );

  it('takes nobody at 0, and everybody at 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (model, caller) => {
        expect(isCandidateCall(model, caller, 0)).toBe(false);
        expect(isCandidateCall(model, caller, 1)).toBe(true);
      }),
    );
  });

  it('keeps each caller on its side, which only a growing share changes', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        share,
        share,
        (model, caller, a, b) => {
          const [less, more] = a < b ? [a, b] : [b, a];
          const atLess = isCandidateCall(model, caller, less);
          expect(isCandidateCall(model, caller, less)).toBe(atLess);
          expect(!atLess || isCandidateCall(model, caller, more)).toBe(true);
        },
      ),
    );
  });

  it('sorts the callers of two models apart', () => {
    let both = 0;
    for (let caller = 0; caller < CALLERS; caller++) {
      const name = `session-${caller}`;
      if (isCandidateCall('a', name, 0.5) && isCandidateCall('b', name, 0.5)) {
        both += 1;
      }
    }
    expect(Math.abs(both / CALLERS - 0.25)).toBeLessThan(0.01);
  });
});
