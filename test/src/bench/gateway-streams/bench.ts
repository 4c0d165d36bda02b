// `npm run bench -- gateway-streams`: many slow streams at once, as chats are; what the gateway adds to the first token.
import { Bed } from '../shared/Bed';
import { EVENTS, USUAL_PROMPT_BYTES } from '../shared/load/messages';
import { measureRounds, roundsOf } from '../shared/measureRounds';
import { runBench } from '../shared/runBench';
import { pairedMedian } from '../shared/statistics';
import { medianRows, printTable } from '../shared/table';

const STREAMS = 512;
/** Ten tokens a second, faster than people read. */
const PACE_MS = 100;
const MOST_ADDED_MS = 1;

runBench({ seconds: 10, rounds: 5 }, async (options, cleanup) => {
  const bed = await Bed.start(cleanup, { paceMs: PACE_MS });
  const found = await measureRounds({
    bed,
    subjects: [bed.nodeProxy, bed.governed],
    rounds: options.rounds,
    rows: {
      '-stream': {
        stream: true,
        promptBytes: USUAL_PROMPT_BYTES,
        connections: STREAMS,
        spreadMs: EVENTS.length * PACE_MS, // one stream's length: they begin as evenly as they go on
        durationMs: options.durationMs,
      },
    },
  });
  const rows = medianRows(found);
  printTable(rows, {
    load: `${STREAMS} streams at once, one event every ${PACE_MS} ms, median of ${options.rounds} rounds, each stream checked to be whole`,
    isPinned: bed.isPinned,
  });
  const governed = roundsOf(found, 'governed-stream');
  const nodeProxy = roundsOf(found, 'node-proxy-stream');
  const added = {
    name: 'time to first token p99, governed − node-proxy',
    value: pairedMedian(
      governed,
      nodeProxy,
      (a, b) => a.ttftP99Ms - b.ttftP99Ms,
    ),
    limit: { atMost: MOST_ADDED_MS },
    unit: ' ms',
  };
  return { rows, bars: [added, bed.bookedBar()] };
});
