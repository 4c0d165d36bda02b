import { ChunkTap } from './ChunkTap';

const KILOBYTE = Buffer.alloc(1024, 0x61);

/** Bytes of memory that are taken for an event in pieces. */
function memoryFor(pieces: number): number {
  const tap = new ChunkTap({ stripUsage: true });
  const { allocUnsafe } = Buffer;
  let bytes = 0;
  const spy = jest.spyOn(Buffer, 'allocUnsafe').mockImplementation(size => {
    bytes += size;
    return allocUnsafe(size);
  });
  try {
    for (let index = 0; index < pieces; index++) tap.push(KILOBYTE);
  } finally {
    spy.mockRestore();
  }
  return bytes;
}

describe('EventTap', () => {
  it('holds nothing back of what is complete', () => {
    const tap = new ChunkTap({ stripUsage: true });
    const passed = tap.push(Buffer.from('data: {}\n\ndata: {"id"'));
    expect(passed.toString()).toBe('data: {}\n\n');
  });

  it('gives up on an event without an end', () => {
    const tap = new ChunkTap({ stripUsage: true });
    const megabyte = Buffer.alloc(1024 * 1024, 0x61);
    expect(() => {
      for (let index = 0; index < 9; index++) tap.push(megabyte);
    }).toThrow(RangeError);
  });

  it('gives up on a stream that goes on after its end', () => {
    const tap = new ChunkTap({ stripUsage: true });
    tap.push(Buffer.from('data: [DONE]\n\n'));
    const megabyte = Buffer.alloc(1024 * 1024, 0x61);
    expect(() => {
      for (let index = 0; index < 9; index++) {
        tap.push(megabyte);
        tap.push(Buffer.from('\n\n'));
      }
    }).toThrow(RangeError);
  });

  it('takes work in proportion to the length of an event in small pieces', () => {
    expect(memoryFor(8000)).toBeLessThan(memoryFor(1000) * 20);
  });

  it('keeps a long event whole', () => {
    const tap = new ChunkTap({ stripUsage: true });
    const passed = [tap.push(Buffer.from('data: "'))];
    for (let index = 0; index < 300; index++) passed.push(tap.push(KILOBYTE));
    passed.push(tap.push(Buffer.from('"\n\ndata: 1')));
    passed.push(tap.push(Buffer.from('\n\n')));
    expect(Buffer.concat(passed).toString()).toBe(
      `data: "${'a'.repeat(300 * 1024)}"\n\ndata: 1\n\n`,
    );
  });
});
