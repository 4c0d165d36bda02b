import fs from 'node:fs';
import path from 'node:path';
import { Logger } from '../Logger';
import { JournalState } from './JournalState';
import { decodeLine, linesOf } from './records';
import { keepDamaged, segmentNumbers, segmentPath } from './Segment';

/** What the segments in a folder amount to. Of one with damaged lines a copy is kept, which is said once. */
export function replay(directory: string, logger: Logger): JournalState {
  const state = new JournalState();
  for (const segment of segmentNumbers(directory)) {
    const file = segmentPath(directory, segment);
    let damagedCount = 0;
    for (const { line, from, to } of linesOf(fs.readFileSync(file))) {
      const record = decodeLine(line);
      if (record) state.apply(record, { segment, from, to });
      else damagedCount += 1;
    }
    if (damagedCount > 0) {
      const copy = keepDamaged(file);
      logger.error(
        `${damagedCount} lines of the journal are damaged and were skipped; a copy is in ${path.basename(
          copy,
        )}`,
      );
    }
  }
  return state;
}
