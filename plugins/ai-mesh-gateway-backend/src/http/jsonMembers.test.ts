import fc from 'fast-check';
import { editJson } from './jsonMembers';
import { scanJson } from './scanJson';

function edit(text: string, edits: Record<string, string>): string {
  const json = Buffer.from(text);
  const scan = scanJson(json, 64);
  if (scan.problem) throw new Error(scan.problem);
  return editJson(
    json,
    scan.members,
    new Map(Object.entries(edits)),
  ).toString();
}

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

  it('sees through an escaped name', () => {
    expect(edit('{"\\u006dodel":"a"}', { model: '"b"' })).toBe(
      '{"\\u006dodel":"b"}',
    );
  });

  it('fills an empty object', () => {
    expect(edit('{}', { a: '1', b: '2' })).toBe('{"a":1,"b":2}');
  });

  it('gives what parsing, changing and writing gives', () => {
    const object = fc.dictionary(
      fc.constantFrom('model', 'n', 'stream', 'ü', '"'),
      // a name that the scan refuses, at any depth
      fc
        .jsonValue({ maxDepth: 3 })
        .filter(value => !JSON.stringify(value).includes('__proto__')),
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
