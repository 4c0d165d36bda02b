import fc from 'fast-check';
import { formatKey, KEY_RANDOM_BYTES, parseKey } from './keyFormat';

const randomBytes = () =>
  fc.uint8Array({
    minLength: KEY_RANDOM_BYTES,
    maxLength: KEY_RANDOM_BYTES,
    max: 247,
  });

describe('gateway keys', () => {
  it('are read back as they were made', () =>
    fc.assert(
      fc.property(randomBytes(), bytes => {
        const key = formatKey(bytes);
        expect(parseKey(key.secret)).toEqual(key);
        expect(key.secret).toContain(key.id);
      }),
    ));

  it('are refused when one character is wrong', () =>
    fc.assert(
      fc.property(
        randomBytes(),
        fc.nat(),
        fc.constantFrom(...'0aZ-x'),
        (bytes, position, character) => {
          const { secret } = formatKey(bytes);
          const at = position % secret.length;
          fc.pre(secret[at] !== character);
          const wrong = secret.slice(0, at) + character + secret.slice(at + 1);
          expect(parseKey(wrong)).toBeUndefined();
        },
      ),
    ));

  it.each(['', 'sk-mesh-', 'sk-abc', 'Bearer sk-mesh-x'])(
    'are not %p',
    text => {
      expect(parseKey(text)).toBeUndefined();
    },
  );

  it('are not made from bytes that would favour some characters', () => {
    expect(() => formatKey(new Uint8Array(KEY_RANDOM_BYTES).fill(248))).toThrow(
      RangeError,
    );
  });
});
