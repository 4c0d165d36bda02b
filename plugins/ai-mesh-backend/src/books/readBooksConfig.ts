import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Gateways keep what they could not deliver for weeks: lines must be there to recognise what comes again. */
const SHORTEST_DAYS = 35;
const LONGEST_DAYS = 36_500; // a century

/** What the books take from the configuration. */
export interface BooksConfig {
  /** For how long lines of closed months are kept; absent: for ever. */
  keepLinesForDays?: number;
}

/** @throws InputError that says what to write there */
export function readBooksConfig(config: Config): BooksConfig {
  const key = 'aiMesh.ledger.keepLinesForDays';
  const keepLinesForDays = config.getOptionalNumber(key);
  if (keepLinesForDays === undefined) return {};
  if (
    !Number.isInteger(keepLinesForDays) ||
    keepLinesForDays < SHORTEST_DAYS ||
    keepLinesForDays > LONGEST_DAYS
  ) {
    throw new InputError(
      `Cannot start ai-mesh: ${key} is ${keepLinesForDays}, expected a whole number of days from ${SHORTEST_DAYS} to ${LONGEST_DAYS}; leave it out to keep ledger lines for ever`,
    );
  }
  return { keepLinesForDays };
}
