import fc from 'fast-check';
import { EventTap } from './EventTap';

const CHUNK = (delta: string) =>
  `data: {"id":"c","choices":[{"index":0,"delta":${delta}}],"usage":null}\n\n`;
const USAGE =
  'data: {"id":"c","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":2}}}\n\n';
const END = 'data: [DONE]\n\n';
const CONTENT = [
  CHUNK('{"role":"assistant","content":""}'),
  CHUNK('{"content":"Grüße, \\"usage\\": {"}'),
  ': keep-alive\n\n',
  CHUNK('{"content":"usage"}').replaceAll('\n', '\r\n'),
  CHUNK('{"content":"🚚"}'),
].join('');
const STREAM = Buffer.from(CONTENT + USAGE + END);

function run(tap: EventTap, chunks: Buffer[]) {
  const passed = Buffer.concat(chunks.map(chunk => tap.push(chunk)));
  return {
    passed: passed.toString(),
    tail: tap.tail.toString(),
    usage: tap.usage,
    pieceCount: tap.pieceCount,
    isDone: tap.isDone,
  };
}

const EXPECTED = {
  passed: CONTENT,
  tail: END,
  usage: { promptTokens: 9, cachedTokens: 2, completionTokens: 4 },
  pieceCount: 4,
  isDone: true,
};

describe('EventTap', () => {
  it('gives the same bytes and usage for every cut in two', () => {
    for (let at = 0; at <= STREAM.length; at++) {
      const chunks = [STREAM.subarray(0, at), STREAM.subarray(at)];
      expect(run(new EventTap({ stripUsage: true }), chunks)).toEqual(EXPECTED);
    }
  });

  it('gives the same bytes and usage however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: STREAM.length }), { maxLength: 40 }),
        cuts => {
          const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
          const chunks = at
            .slice(1)
            .map((end, i) => STREAM.subarray(at[i], end));
          expect(run(new EventTap({ stripUsage: true }), chunks)).toEqual(
            EXPECTED,
          );
        },
      ),
    );
  });

  it('leaves the usage chunk to who asked for it', () => {
    expect(run(new EventTap({ stripUsage: false }), [STREAM]).passed).toBe(
      CONTENT + USAGE,
    );
  });

  it('holds nothing back of what is complete', () => {
    const tap = new EventTap({ stripUsage: true });
    const [first] = CONTENT.split('\n\n');
    expect(tap.push(Buffer.from(`${first}\n\ndata: {"id"`)).toString()).toBe(
      `${first}\n\n`,
    );
  });

  it('is not fooled by an answer with usage and content in one chunk', () => {
    const both =
      'data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n';
    const result = run(new EventTap({ stripUsage: true }), [Buffer.from(both)]);
    expect(result.passed).toBe(both);
    expect(result.usage?.promptTokens).toBe(1);
    expect(result.isDone).toBe(false);
  });

  it('gives up on an event without an end', () => {
    const tap = new EventTap({ stripUsage: true });
    const megabyte = Buffer.alloc(1024 * 1024, 0x61);
    expect(() => {
      for (let index = 0; index < 9; index++) tap.push(megabyte);
    }).toThrow(RangeError);
  });
});
