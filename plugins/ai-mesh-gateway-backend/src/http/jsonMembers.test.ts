import fc from 'fast-check';
import { editJson, jsonMembers } from './jsonMembers';

const DEPTH = 100;

function edit(text: string, edits: Record<string, string>): string {
  const json = Buffer.from(text);
  const members = jsonMembers(json, DEPTH) ?? [];
  return editJson(json, members, new Map(Object.entries(edits))).toString();
}

describe('jsonMembers', () => {
  it('finds every member of any object where it stands', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    const space = fc.constantFrom(0, 1, 2, '\t', '\r\n');
    fc.assert(
      fc.property(object, space, (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const json = Buffer.from(text);
        const found = (jsonMembers(json, DEPTH) ?? []).map(member => [
          member.name,
          JSON.parse(
            json.subarray(member.valueStart, member.valueEnd).toString(),
          ),
        ]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('sees through an escaped name', () => {
    expect(edit('{"\\u006dodel":"a"}', { model: '"b"' })).toBe(
      '{"\\u006dodel":"b"}',
    );
  });

  it('tells what is too deep', () => {
    expect(jsonMembers(Buffer.from('{"a":[[[1]]]}'), 4)).toHaveLength(1);
    expect(jsonMembers(Buffer.from('{"a":[[[1]]]}'), 3)).toBeUndefined();
    expect(jsonMembers(Buffer.from('{"a":"[[[[["}'), 1)).toHaveLength(1);
  });
});

describe('editJson', () => {
  it('changes what it is told to, and no other byte', () => {
    expect(
      edit('{ "model" : "a", "seed": 12345678901234567890, "x": 1.0 }', {
        model: '"b"',
        max_tokens: '5',
      }),
    ).toBe(
      '{"max_tokens":5, "model" : "b", "seed": 12345678901234567890, "x": 1.0 }',
    );
  });

  it('changes every member of the name, as parsers differ in which one counts', () => {
    expect(edit('{"model":"a","model":"a"}', { model: '"b"' })).toBe(
      '{"model":"b","model":"b"}',
    );
  });

  it('fills an empty object', () => {
    expect(edit('{}', { a: '1', b: '2' })).toBe('{"a":1,"b":2}');
  });

  it('gives what parsing, changing and writing gives', () => {
    const object = fc.dictionary(
      fc.constantFrom('model', 'n', 'stream', 'ü', '__proto__'),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(object, value => {
        const edited = JSON.parse(
          edit(JSON.stringify(value), { model: '"b"' }),
        );
        const parsed = JSON.parse(JSON.stringify(value));
        expect(edited).toEqual({ ...parsed, model: 'b' });
      }),
    );
  });
});
