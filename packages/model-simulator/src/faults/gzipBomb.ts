import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';

/** What the bomb inflates to, in bytes. */
export const BOMB_BYTES = 100_000_000;

const HEAD = '{"padding":"';
const TAIL = '"}';
const BLOCK_BYTES = 1_000_000;

let bomb: Promise<Buffer> | undefined;

/** JSON of `BOMB_BYTES`, nearly all of it spaces, as gzip of about a thousandth of that; made once. */
export function gzipBomb(): Promise<Buffer> {
  bomb ??= buffer(Readable.from(blocks()).pipe(createGzip({ level: 9 })));
  return bomb;
}

function* blocks(): Generator<Buffer> {
  const block = Buffer.alloc(BLOCK_BYTES, ' ');
  yield Buffer.from(HEAD);
  let left = BOMB_BYTES - HEAD.length - TAIL.length;
  for (; left > 0; left -= BLOCK_BYTES) {
    yield block.subarray(0, Math.min(left, BLOCK_BYTES));
  }
  yield Buffer.from(TAIL);
}
