import fc from 'fast-check';
import { JsonObjectEnd } from './JsonObjectEnd';

const object = fc.dictionary(
  fc.string({ unit: 'grapheme' }),
  fc.jsonValue({ stringUnit: 'grapheme' }),
);

describe('JsonObjectEnd', () => {
  it('is complete at the last character of an object, and not before', () => {
    fc.assert(
      fc.property(object, value => {
        const text = JSON.stringify(value);
        const end = new JsonObjectEnd();
        const completeAt = Array.from({ length: text.length }, (_, at) => {
          end.push(text[at]);
          return end.isComplete;
        }).indexOf(true);
        expect(completeAt).toBe(text.length - 1);
      }),
    );
  });

  it.each(['', '{', '{"a":"}"', '{"a":"\\"}', '{"a":[{}]', ' \n'])(
    'waits after %j',
    text => {
      const end = new JsonObjectEnd();
      end.push(text);
      expect(end.isComplete).toBe(false);
    },
  );
});
