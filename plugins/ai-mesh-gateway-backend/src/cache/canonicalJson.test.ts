import fc from 'fast-check';
import { canonicalMembers } from './canonicalJson';

function canonical(text: string): string {
  const members = canonicalMembers(Buffer.from(text));
  return `{${members.map(each => each.bytes.toString()).join(',')}}`;
}

const object = fc.dictionary(fc.string(), fc.jsonValue());

/** The same value with the members of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(
    entries.map(([name, each]) => [name, reversed(each)]),
  );
}

describe('canonicalMembers', () => {
  it.each([
    ['{"b":1,"a":2}', '{"a":2,"b":1}'],
    [
      ' { "b" : [ 1 , { "d" : 1 , "c" : [ ] } ] , "a" : { } } ',
      '{"a":{},"b":[1,{"c":[],"d":1}]}',
    ],
    [
      '{"n":1.0,"big":9007199254740993,"e":1E5}',
      '{"big":9007199254740993,"e":1E5,"n":1.0}',
    ],
    [
      '{"s":"a \\" , } b","t":true,"u":null}',
      '{"s":"a \\" , } b","t":true,"u":null}',
    ],
    ['{"ab":1,"a":2,"b":3}', '{"a":2,"ab":1,"b":3}'],
  ])('%s becomes %s', (text, expected) =>
    expect(canonical(text)).toBe(expected),
  );

  it('reads names that are escaped', () => {
    const [member] = canonicalMembers(Buffer.from('{"\\u0073tore":true}'));
    expect(member?.name).toBe('store');
    expect(member?.value.toString()).toBe('true');
  });

  it('keeps the meaning, and is the same however the members stand and whatever space is between', () =>
    fc.assert(
      fc.property(
        object,
        fc.constantFrom(undefined, 1, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value);
          expect(JSON.parse(canonical(text))).toEqual(JSON.parse(text));
          const other = JSON.stringify(reversed(value), undefined, indent);
          expect(canonical(other)).toBe(canonical(text));
        },
      ),
    ));

  it('is different for what means something different', () =>
    fc.assert(
      fc.property(object, object, (one, other) => {
        const same =
          JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        const [text, otherText] = [one, other].map(each =>
          canonical(JSON.stringify(each)),
        );
        expect(text === otherText).toBe(same);
      }),
    ));
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, each]) => [name, sorted(each)]);
}
