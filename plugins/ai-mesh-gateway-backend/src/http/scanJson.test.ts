import fc from 'fast-check';
import { JsonProblem, JsonScan, scanJson } from './scanJson';

const MAX_DEPTH = 64;

function scan(text: string, maxDepth = MAX_DEPTH): JsonScan {
  return scanJson(Buffer.from(text), maxDepth);
}

/** A value as JSON can spell it: with members that come twice, which no object of JavaScript can hold. */
type Spelled =
  | { kind: 'scalar'; text: string }
  | { kind: 'array'; items: Spelled[] }
  | { kind: 'object'; members: { name: Name; value: Spelled }[] };
interface Name {
  /** As a parser reads it. */
  read: string;
  /** As it stands between the quotes. */
  text: string;
}

/** The obvious way: every name in a set. */
function hasProblem(value: Spelled, depth: number): boolean {
  if (value.kind === 'scalar') return false;
  if (depth === 0) return true;
  if (value.kind === 'array') {
    return value.items.some(item => hasProblem(item, depth - 1));
  }
  const names = value.members.map(({ name }) => name.read);
  return (
    new Set(names).size < names.length ||
    names.includes('__proto__') ||
    value.members.some(member => hasProblem(member.value, depth - 1))
  );
}

const space = () => fc.constantFrom('', '', '', ' ', '\n\t', ' \r\n  ');

function write(value: Spelled, spaces: () => string): string {
  const around = (text: string) => `${spaces()}${text}${spaces()}`;
  if (value.kind === 'scalar') return around(value.text);
  if (value.kind === 'array') {
    const items = value.items.map(item => write(item, spaces));
    return around(`[${items.length === 0 ? spaces() : items.join(',')}]`);
  }
  const members = value.members.map(
    ({ name, value: inner }) =>
      `${around(`"${name.text}"`)}:${write(inner, spaces)}`,
  );
  return around(`{${members.length === 0 ? spaces() : members.join(',')}}`);
}

/** Escapes some characters of a name, as any caller may. */
function escaped(read: string, which: number): string {
  return [...JSON.stringify(read).slice(1, -1)]
    .map((character, index) =>
      /\w/.test(character) &&
      (which >> index % 8) % 2 === 1 &&
      !JSON.stringify(read).includes('\\')
        ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character,
    )
    .join('');
}

const name = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      {
        weight: 2,
        arbitrary: fc.constantFrom('model', 'messages', 'role', 'ü', '😀', ''),
      },
      { weight: 1, arbitrary: fc.constantFrom('__proto__', '__prot__', '"\\') },
    ),
    fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(255)),
  )
  .map(([read, which]): Name => ({ read, text: escaped(read, which) }));

const longText = fc
  .array(fc.constantFrom('word ', '\\n', '\\"', '\\\\', '{[', ']}', ',:', 'ü'))
  .map(parts => `"${parts.join('').repeat(5)}"`);
const numbers = fc
  .array(fc.oneof(fc.integer(), fc.double({ noNaN: true })), { maxLength: 60 })
  .map(
    (items): Spelled => ({
      kind: 'array',
      items: items.map(item => ({
        kind: 'scalar',
        text: JSON.stringify(item) === 'null' ? '1e400' : JSON.stringify(item),
      })),
    }),
  );
const scalar = fc
  .oneof(
    fc.constantFrom('null', 'true', 'false', '0', '-1.5e+10', '""', '"\\\\"'),
    fc.string({ unit: 'binary' }).map(text => JSON.stringify(text)),
    longText,
  )
  .map((text): Spelled => ({ kind: 'scalar', text }));

const { object } = fc.letrec<{ value: Spelled; object: Spelled }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    numbers,
    tie('object'),
    fc
      .array(tie('value'), { maxLength: 5 })
      .map((items): Spelled => ({ kind: 'array', items })),
  ),
  object: fc
    .array(fc.record({ name, value: tie('value') }), { maxLength: 24 })
    .map((members): Spelled => ({ kind: 'object', members })),
}));

/** With white space at random, from a seed. */
const body = fc
  .tuple(object, fc.array(space(), { minLength: 1, maxLength: 20 }))
  .map(([value, spaces]) => {
    let next = 0;
    return { value, text: write(value, () => spaces[next++ % spaces.length]) };
  });

describe('scanJson', () => {
  it('refuses exactly what the obvious way refuses', () => {
    let refused = 0;
    let accepted = 0;
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 8 }), (each, maxDepth) => {
        JSON.parse(each.text); // else the test would be wrong
        const isRefused = scan(each.text, maxDepth).problem !== undefined;
        expect(isRefused).toBe(hasProblem(each.value, maxDepth));
        if (isRefused) refused += 1;
        else accepted += 1;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(refused, accepted)).toBeGreaterThan(200);
  });

  it('finds every member of what it accepts where it stands', () => {
    fc.assert(
      fc.property(body, ({ value, text }) => {
        fc.pre(!hasProblem(value, MAX_DEPTH));
        const found = scan(text);
        if (found.problem) throw new Error(found.problem);
        const bytes = Buffer.from(text);
        const members = found.members.map(member => [
          member.name,
          bytes.toString('utf8', member.valueStart, member.valueEnd),
        ]);
        for (const [, inner] of members) expect(inner).toBe(inner.trim());
        expect(
          members.map(([read, inner]) => [read, JSON.parse(inner)]),
        ).toEqual(Object.entries(JSON.parse(text)).sort(byPlaceIn(members)));
      }),
      { numRuns: 1000 },
    );
  });

  const MANY = Array.from({ length: 40 }, (_, index) => `"n${index}":0`);
  it.each<[string, JsonProblem | undefined, string | undefined]>([
    ['{}', undefined, undefined],
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', undefined, undefined],
    ['{"a":1,"a":1}', 'duplicate', 'a'],
    ['{"model":1,"\\u006dodel":1}', 'duplicate', '\\u006dodel'],
    ['{"\\u006dodel":1,"model":1}', 'duplicate', 'model'],
    ['{"\\u006D":1,"\\u006d":1}', 'duplicate', '\\u006d'],
    ['{"\\u00fc":1,"ü":1}', 'duplicate', '…'],
    ['{"\\ud83d\\ude00":1,"😀":1}', 'duplicate', '…'],
    ['{"\\ud800":1,"\\udbff":1,"\ufffd":1}', undefined, undefined],
    ['{"a\\"b":1,"a\\"b":1}', 'duplicate', '…'],
    ['{"":1,"":1}', 'duplicate', '…'],
    ['{"ab":1,"a":1,"b":1,"":1}', undefined, undefined],
    [
      '{"messages":[{"role":"a"},{"role":"a","role":"b"}]}',
      'duplicate',
      'messages[].role',
    ],
    ['{"a":{"b":1},"c":{"b":1},"a":{}}', 'duplicate', 'a'],
    ['{"a":{"x":{},"y":[{}],"x":1}}', 'duplicate', 'a.x'],
    [`{"o":{${MANY}}}`, undefined, undefined],
    [`{"o":{${MANY},"n0":0}}`, 'duplicate', 'o.n0'],
    [`{"o":{${MANY},"n39":0}}`, 'duplicate', 'o.n39'],
    [`{"o":[{${MANY}},{${MANY}},{"n1":0}]}`, undefined, undefined],
    ['{"__proto__":{}}', 'forbidden-name', '__proto__'],
    [
      '{"a":[[{"b":{"__proto__":null}}]]}',
      'forbidden-name',
      'a[][].b.__proto__',
    ],
    ['{"\\u005f_proto__":1}', 'forbidden-name', '\\u005f_proto__'],
    ['{"a":"__proto__","proto":1,"constructor":1}', undefined, undefined],
    ['{"a":"{\\"a\\":1,\\"a\\":1}"}', undefined, undefined],
  ])('%p: %p at %p', (text, problem, at) => {
    JSON.parse(text);
    const found = scan(text);
    expect(found.problem).toBe(problem);
    expect(found.problem && found.at).toBe(at);
  });

  it('counts the outermost object as a level, and no bracket in a string', () => {
    const nested = (levels: number) =>
      `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(scan(nested(MAX_DEPTH)).problem).toBeUndefined();
    expect(scan(nested(MAX_DEPTH + 1))).toEqual({
      problem: 'too-deep',
      at: `a${'[]'.repeat(59)}[…`,
    });
    const objects = (levels: number) =>
      `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(scan(objects(3), 3).problem).toBeUndefined();
    expect(scan(objects(4), 3)).toEqual({ problem: 'too-deep', at: 'a.a.a' });
    expect(scan(`{"a":"${'['.repeat(999)}"}`, 1).problem).toBeUndefined();
  });

  it('says where by names, and gives away no text that stands in place of a name', () => {
    const prompt =
      'My name is Ada and my secret is very long indeed, is it not';
    expect(
      scan(`{"messages":[{"tool_calls":[{"id":"x","id":"${prompt}"}]}]}`),
    ).toEqual({ problem: 'duplicate', at: 'messages[].tool_calls[].id' });
    expect(scan(`{"a":{"${prompt}":{"b":1,"b":2}}}`)).toEqual({
      problem: 'duplicate',
      at: 'a.….b',
    });
    expect(scan('{"a\u0007b":{"x":1,"x":2}}')).toMatchObject({ at: '….x' });
  });

  it('carries nothing from one scan to the next', () => {
    const open = '{"a":{"b":1,"__proto__":1}}';
    expect(scan(open).problem).toBe('forbidden-name');
    expect(scan('{"a":{"b":1}}').problem).toBeUndefined();
    expect(scan('{"b":1}').problem).toBeUndefined();
    const run = `{"a":[${'1,'.repeat(500)}"x"]}`;
    expect(scan(run)).toEqual(scan(run));
    expect(scan(`{"a":[${'1,'.repeat(50)}{"b":1,"b":2}]}`).problem).toBe(
      'duplicate',
    );
  });

  it('ends on any bytes, whatever the precondition says', () => {
    const shape = fc.constantFrom(...'{}[]",:\\ a1'.split(''));
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 80 }), characters => {
        try {
          scan(characters.join(''));
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error; // of a name that is none
        }
      }),
      { numRuns: 5000 },
    );
  });
});

/** Objects list names that are numbers first; the bytes do not. */
function byPlaceIn(members: readonly (readonly string[])[]) {
  const place = new Map(members.map(([read], index) => [read, index]));
  return ([a]: [string, unknown], [b]: [string, unknown]) =>
    (place.get(a) ?? -1) - (place.get(b) ?? -1);
}
