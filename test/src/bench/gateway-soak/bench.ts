// `npm run bench -- gateway-soak [--minutes 10]`: half of the load that the gateway can bear, and whether memory grows.
import { Bed } from '../shared/Bed';
import { USUAL_PROMPT_BYTES } from '../shared/load/messages';
import { runLoad } from '../shared/load/runLoad';
import { measureRounds, roundsOf } from '../shared/measureRounds';
import { ResidentMemory } from '../shared/ResidentMemory';
import { runBench } from '../shared/runBench';
import { printTable } from '../shared/table';

const CONNECTIONS = 64;
const MOST_GROWTH_PERCENT = 5;

runBench({ seconds: 5, rounds: 1 }, async (options, cleanup) => {
  const bed = await Bed.start(cleanup);
  const { governed } = bed;
  const load = {
    stream: 'mixed' as const,
    promptBytes: USUAL_PROMPT_BYTES,
    connections: CONNECTIONS,
    spreadMs: 0,
  };
  const found = await measureRounds({
    bed,
    subjects: [governed],
    rounds: 1,
    rows: { '-most': { ...load, durationMs: options.durationMs } },
  });
  const [most] = roundsOf(found, 'governed-most');
  const memory = new ResidentMemory(governed.pids);
  const { row, requests } = await runLoad({
    name: 'governed-half',
    subject: governed,
    settings: {
      ...load,
      url: governed.url,
      headers: governed.headers,
      requestsPerSecond: most.rps / 2,
      warmUpMs: 0,
      durationMs: options.minutes * 60_000,
    },
  });
  const { secondThird, lastThird } = memory.stop();
  await bed.untilBooked(requests);
  printTable([most, row], {
    load: `${CONNECTIONS} connections, every second call streamed; half load for ${options.minutes} minutes`,
    isPinned: bed.isPinned,
  });
  process.stdout.write(
    `Resident memory: ${megabytes(secondThird)} MB in the second third, ` +
      `${megabytes(lastThird)} MB in the last\n\n`,
  );
  const growth = {
    name: 'resident memory, last third against second third',
    value: (lastThird / secondThird - 1) * 100,
    limit: { atMost: MOST_GROWTH_PERCENT },
    unit: ' %',
  };
  return { rows: [most, row], bars: [growth, bed.bookedBar()] };
});

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
