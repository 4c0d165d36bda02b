import { FaultPicker } from './FaultPicker';
import { parseFault } from './parseFault';

describe('parseFault', () => {
  it.each([
    ['hang', { kind: 'hang' }],
    ['cut;after=5', { kind: 'cut', afterTokens: 5 }],
    ['trickle;ms=20', { kind: 'trickle', intervalMs: 20 }],
    ['reset;after=0', { kind: 'reset', afterTokens: 0 }],
    [
      ' rate-limit ; retry-after=0.5 ',
      { kind: 'rate-limit', retryAfterSeconds: 0.5 },
    ],
    [
      'error;status=503;model=gpt-4o;probability=0.1',
      { kind: 'error', status: 503, model: 'gpt-4o', probability: 0.1 },
    ],
  ])('reads %s', (directive, fault) => {
    expect(parseFault(directive)).toEqual(fault);
  });

  it.each([
    '',
    'explode',
    'cut;after=-1',
    'cut;afer=1',
    'trickle;ms=slow',
    'trickle;ms=99999999999',
    'error;status=200',
    'hang;probability=2',
  ])('says what can be written instead of "%s"', directive => {
    expect(() => parseFault(directive)).toThrow(/Write one of rate-limit/);
  });
});

describe('FaultPicker', () => {
  it('takes what is asked for before what a rule says', () => {
    const picker = new FaultPicker([{ kind: 'error' }], 1);
    expect(picker.pick('gpt-4o', 'hang')?.kind).toBe('hang');
    expect(picker.pick('gpt-4o')?.kind).toBe('error');
  });

  it('strikes only the model of the rule', () => {
    const picker = new FaultPicker([{ kind: 'error', model: 'gpt-4o' }], 1);
    expect(picker.pick('gpt-4o-mini')).toBeUndefined();
  });

  it('strikes about as often as the rule says, and again the same after a reset', () => {
    const picker = new FaultPicker([{ kind: 'cut', probability: 0.3 }], 7);
    const draw = () =>
      Array.from({ length: 1_000 }, () => picker.pick('gpt-4o')?.kind);
    const first = draw();
    picker.reset();

    const strikes = first.filter(Boolean).length;
    expect(strikes).toBeGreaterThan(250);
    expect(strikes).toBeLessThan(350);
    expect(draw()).toEqual(first);
  });

  it.each([-0.1, 1.1, NaN])('refuses the probability %d', probability => {
    expect(() => new FaultPicker([{ kind: 'cut', probability }], 1)).toThrow(
      TypeError,
    );
  });
});
