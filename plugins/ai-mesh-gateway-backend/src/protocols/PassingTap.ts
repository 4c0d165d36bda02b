import { StreamTap } from './Protocol';
import { ReportedUsage } from './usage';

const NOTHING = Buffer.alloc(0);

/** Lets an answer that has no events pass, such as sound. Whether it is complete, HTTP says. */
export class PassingTap implements StreamTap {
  readonly tail = NOTHING;
  readonly isDone = true;
  readonly pieceCount = 0;
  readonly usage: ReportedUsage | undefined;

  constructor(usage: ReportedUsage | undefined) {
    this.usage = usage;
  }

  get usageSoFar(): ReportedUsage | undefined {
    return this.usage;
  }

  push(chunk: Buffer): Buffer {
    return chunk;
  }
}
