import { Bed } from './Bed';
import { LoadSettings } from './load/loadProcess';
import { Row, runLoad } from './load/runLoad';
import { Subject } from './Subject';

/** Of a round's length. In the first, the code is compiled, on the one core that the measured process has. */
const FIRST_WARM_UPS = 5;
const WARM_UPS = 0.5;

/** The load of one row. */
export type RowLoad = Omit<LoadSettings, 'url' | 'headers' | 'warmUpMs'>;

/**
 * Loads the subjects one after the other, in each round all of them: rows of one round are close in time, and are
 * compared with each other. Every second round goes the other way round, so that nobody is always the first.
 *
 * @param options.rows - the kinds of load, by what is added to a subject's name for the row's name
 * @returns the rounds of each row
 */
export async function measureRounds(options: {
  bed: Bed;
  subjects: readonly Subject[];
  rounds: number;
  rows: Record<string, RowLoad>;
}): Promise<Map<string, Row[]>> {
  const { bed, subjects, rounds } = options;
  const found = new Map<string, Row[]>();
  for (const subject of subjects) {
    for (const suffix of Object.keys(options.rows)) {
      found.set(subject.name + suffix, []);
    }
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? subjects : [...subjects].reverse();
    for (const [suffix, load] of Object.entries(options.rows)) {
      for (const subject of order) {
        const name = subject.name + suffix;
        const warmUps = round === 0 ? FIRST_WARM_UPS : WARM_UPS;
        const { row, requests } = await runLoad({
          name,
          subject,
          settings: {
            ...load,
            url: subject.url,
            headers: subject.headers,
            warmUpMs: warmUps * load.durationMs,
          },
        });
        // the next row starts with nothing left to book, so that rows do not pay for each other
        if (subject === bed.governed) await bed.untilBooked(requests);
        found.get(name)?.push(row);
        process.stderr.write(
          `round ${round + 1} of ${rounds}: ${name} ${row.rps.toFixed(
            0,
          )} requests/s\n`,
        );
      }
    }
  }
  return found;
}

/** @throws Error when there is no such row */
export function roundsOf(
  found: ReadonlyMap<string, Row[]>,
  name: string,
): Row[] {
  const rows = found.get(name);
  if (!rows) throw new Error(`No row is named ${name}`);
  return rows;
}
