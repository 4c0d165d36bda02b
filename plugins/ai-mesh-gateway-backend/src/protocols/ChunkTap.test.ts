import fc from 'fast-check';
import { ChunkTap } from './ChunkTap';
import { UNREADABLE_USAGE } from './usage';

type Json = Record<string, unknown>;

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'usage',
    ',"usage":null',
    '"usage":null,',
    '{"usage":null}',
    '\\","usage":null',
    'null}',
  ),
);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('usage', 'choices', 'delta', 'x') },
  { weight: 1, arbitrary: text },
);
const { tree } = fc.letrec<{ tree: unknown; object: Json }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, 0, 1.5e300, false),
    text,
    fc.array(tie('tree'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
}));
const chunk: fc.Arbitrary<Json> = fc.dictionary(
  name,
  fc.oneof(tree, fc.constant(null)),
  { maxKeys: 6 },
);
const space = fc.constantFrom('', ' ', '\t');

/** Writes JSON as a server may: with or without spaces. */
function write(value: unknown, blank: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map(each => write(each, blank))
    : Object.entries(value).map(
        ([key, each]) => `${JSON.stringify(key)}:${blank}${write(each, blank)}`,
      );
  return `${open}${items.join(`,${blank}`)}${close}`;
}

/** What asking for the usage has added to a chunk, taken out of its value: slow and obvious. */
function withoutUsage(value: Json): Json | undefined {
  const { usage, choices } = value;
  const isEmpty = Array.isArray(choices) && choices.length === 0;
  const isObject = typeof usage === 'object' && usage && !Array.isArray(usage);
  if (isEmpty && isObject) return undefined;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.filter(([key, each]) => key !== 'usage' || each !== null),
  );
}

/** The event with its JSON written anew. */
function withoutSpace(event: string): string {
  const start = event.indexOf('{');
  if (start === -1) return event;
  const json = JSON.stringify(JSON.parse(event.slice(start)));
  return `${event.slice(0, start)}${json}\n\n`;
}

const keysOf = (json: string) => json.split('"usage"').length - 1;
const strip = (event: string) =>
  new ChunkTap({ stripUsage: true }).push(Buffer.from(event)).toString();

describe('ChunkTap', () => {
  it('takes out what asking for the usage has added, and no other byte', () => {
    let changed = 0;
    fc.assert(
      fc.property(chunk, space, fc.boolean(), (value, blank, isNamed) => {
        const head = isNamed ? 'event: chunk\nid: 1\ndata: ' : 'data: ';
        const json = write(value, blank);
        fc.pre(keysOf(json) <= 8); // what is looked at in one chunk
        const left = withoutUsage(value);
        const passed = strip(`${head}${json}\n\n`);
        if (passed.length < head.length + json.length + 2) changed += 1;
        const expected = left ? `${head}${JSON.stringify(left)}\n\n` : '';
        // with spaces, some may stay where a member was
        expect(blank === '' ? passed : withoutSpace(passed)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(changed).toBeGreaterThan(100); // or nothing was tried
  });

  it('decides the same however the chunks are cut', () => {
    const cut = fc.nat({ max: 400 });
    const cuts = fc.array(cut, { maxLength: 8 });
    const chunks = fc.array(chunk, { minLength: 1, maxLength: 3 });
    const lineEnd = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(chunks, space, lineEnd, cuts, (values, blank, end, at) => {
        const events = values.map(
          value => `data: ${write(value, blank)}${end}${end}`,
        );
        const stream = Buffer.from(events.join(''));
        const tap = new ChunkTap({ stripUsage: true });
        const ends = [...at.sort((a, b) => a - b), stream.length];
        const passed = ends.map((to, index) =>
          tap.push(Buffer.from(stream.subarray(ends[index - 1] ?? 0, to))),
        );
        expect(Buffer.concat(passed).toString()).toBe(strip(events.join('')));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing for who asked', () => {
    fc.assert(
      fc.property(chunk, space, (value, blank) => {
        const event = `data: ${write(value, blank)}\n\n`;
        const tap = new ChunkTap({ stripUsage: false });
        expect(tap.push(Buffer.from(event)).toString()).toBe(event);
      }),
    );
  });

  it.each([
    ['a comment', ': {"usage":null}\n\n'],
    ['a field that is no data', 'x: {"a":1,"usage":null}\n\n'],
    ['a comment after the data', 'data: {"a":1}\n: {"b":1,"usage":null}\n\n'],
    ['JSON in several lines', 'data: {"a":1,\ndata: "usage":null}\n\n'],
    ['a nested member', 'data: {"a":{"b":1,"usage":null}}\n\n'],
    ['another value', 'data: {"a":1,"usage":nullable}\n\n'],
  ])('leaves %s as it is', (_, event) => {
    expect(strip(event)).toBe(event);
  });

  it('drops the usage chunk also when its counts are no counts: clients trip over it', () => {
    const tap = new ChunkTap({ stripUsage: true });
    const event = 'data: {"choices":[],"usage":{"prompt_tokens":-1}}\n\n';
    expect(tap.push(Buffer.from(event))).toHaveLength(0);
    expect(tap.usage).toBe(UNREADABLE_USAGE);
  });

  it('keeps an answer with usage and content in one chunk', () => {
    const event =
      'data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n';
    const tap = new ChunkTap({ stripUsage: true });
    expect(tap.push(Buffer.from(event)).toString()).toBe(event);
    expect(tap.usage?.inputTokens).toBe(1);
    expect(tap.isDone).toBe(false);
  });
});
