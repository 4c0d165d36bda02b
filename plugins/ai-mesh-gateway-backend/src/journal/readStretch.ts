import { open } from 'node:fs/promises';
import { linesOf, readSettledLine } from './records';
import { segmentPath } from './Segment';
import { Stretch } from './Undelivered';

const COMMA = Buffer.from(',');

/**
 * Reads usages back from their segment.
 *
 * @returns JSON of each, with commas between; `count` is less than the stretch has when lines were damaged
 * @throws Error when the file cannot be read
 */
export async function readStretch(
  directory: string,
  stretch: Stretch,
): Promise<{ texts: Buffer; count: number }> {
  const pieces: Buffer[] = [];
  let count = 0;
  for (const { line } of linesOf(await readBytes(directory, stretch))) {
    const settled = readSettledLine(line);
    if (!settled || settled.first < stretch.first) continue;
    if (count > 0) pieces.push(COMMA);
    pieces.push(settled.texts);
    count += settled.count;
  }
  return { texts: Buffer.concat(pieces), count };
}

async function readBytes(
  directory: string,
  { segment, from, to }: Stretch,
): Promise<Buffer> {
  const file = await open(segmentPath(directory, segment));
  try {
    const bytes = Buffer.allocUnsafe(to - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
