import fc from 'fast-check';
import { SseEvent, SseSplitter } from './SseSplitter';

const STREAM = Buffer.from(
  [
    '\uFEFFdata: first\n\n',
    ': a comment\n\n',
    'event: named\r\ndata: {"text":"Grüße 🚚"}\r\n\r\n',
    'id: 7\nretry: 10\ndata:no space\ndata:  two spaces\n\n',
    'event: without data\n\n',
    'data\n\n',
    'data: [DONE]\n\n',
    'data: cut',
  ].join(''),
);

const EVENTS: SseEvent[] = [
  { event: undefined, data: 'first' },
  { event: 'named', data: '{"text":"Grüße 🚚"}' },
  { event: undefined, data: 'no space\n two spaces' },
  { event: undefined, data: '' },
  { event: undefined, data: '[DONE]' },
];

function split(chunks: readonly Buffer[]): SseEvent[] {
  const splitter = new SseSplitter();
  return chunks.flatMap(chunk => splitter.push(chunk));
}

describe('SseSplitter', () => {
  it('reads the fields as the standard has them', () => {
    expect(split([STREAM])).toEqual(EVENTS);
  });

  it('gives the same events for every cut in two', () => {
    for (let at = 0; at <= STREAM.length; at++) {
      const chunks = [STREAM.subarray(0, at), STREAM.subarray(at)];
      expect(split(chunks)).toEqual(EVENTS);
    }
  });

  it('gives the same events when every byte comes alone', () => {
    const bytes = Array.from(STREAM, byte => Buffer.from([byte]));
    expect(split(bytes)).toEqual(EVENTS);
  });

  it('gives back any data that was written as an event', () => {
    const line = fc
      .string({ unit: 'grapheme' })
      .map(text => text.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(
        fc.array(line),
        fc.integer({ min: 1, max: 7 }),
        (lines, size) => {
          const bytes = Buffer.from(
            lines.map(text => `data: ${text}\n\n`).join(''),
          );
          const chunks = [];
          for (let at = 0; at < bytes.length; at += size) {
            chunks.push(bytes.subarray(at, at + size));
          }
          const found = split(chunks).map(({ data }) => data);
          // a byte order mark counts at the very beginning only, before "data", where none stands
          expect(found).toEqual(lines);
        },
      ),
    );
  });

  it('gives up on an event without an end', () => {
    const splitter = new SseSplitter();
    const megabyte = Buffer.alloc(1024 * 1024, 0x61);
    expect(() => {
      for (let index = 0; index < 9; index++) splitter.push(megabyte);
    }).toThrow(RangeError);
  });

  it('gives up on an event of short lines without an end, too', () => {
    const splitter = new SseSplitter();
    const lines = Buffer.from('data: line\n'.repeat(100_000));
    expect(() => {
      for (let index = 0; index < 9; index++) splitter.push(lines);
    }).toThrow(RangeError);
  });
});
