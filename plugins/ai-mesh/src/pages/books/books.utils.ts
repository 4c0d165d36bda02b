import {
  BookMonth,
  InvoiceVarianceLine,
  LedgerLineFlag,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DateTime } from 'luxon';
import { Tone } from '../../components/StatusBadge';
import { formatPercent, NOTHING } from '../../utils/format';

/** What an oddity is called, what it means, and what to do about it. */
export interface Explanation {
  title: string;
  meaning: string;
  action: string;
}

/** Every flag in plain words. */
export const FLAGS: Record<LedgerLineFlag, Explanation> = {
  estimated: {
    title: 'Estimated',
    meaning: 'The provider did not count, or not to the end: the gateway did.',
    action: 'A few per cent are normal: calls that were cut off.',
  },
  'cost-mismatch': {
    title: 'Cost worked out anew',
    meaning: 'A gateway had come to another cost. The price book’s was booked.',
    action: 'Many of them: look whether a gateway has an old snapshot.',
  },
  'unknown-price': {
    title: 'Unknown price',
    meaning:
      'Nobody knows the price that the call was held at. The gateway’s own cost stands in suspense.',
    action: 'Add the price to the price book, from before the first call.',
  },
  overrun: {
    title: 'Beyond its lease',
    meaning: 'A gateway spent more than it held of the budget.',
    action:
      'Look at the gateway’s replicas: one of them may have been restarted, or is not ours.',
  },
  'unknown-lease': {
    title: 'Unknown lease',
    meaning:
      'The lease that the call names is not known, or is of another department.',
    action:
      'Normal after a budget database was restored; otherwise look at the gateway.',
  },
  late: {
    title: 'Of a closed month',
    meaning:
      'It happened in a month that was closed already, so it counts for the day of its booking.',
    action:
      'Nothing: the closed month stays, and this one has it as a correction.',
  },
  'clock-skew': {
    title: 'Wrong clock',
    meaning:
      'It is dated in the future, or too long ago to be true, so it counts for the day of its booking.',
    action: 'Set the clock of the gateway’s machine right.',
  },
  'usage-mismatch': {
    title: 'Counts that contradict',
    meaning: 'The provider’s counts of one call do not sum to its own total.',
    action: 'Compare with the provider’s invoice; report it to the provider.',
  },
  'unpriced-class': {
    title: 'Class without a rate',
    meaning:
      'The price has no rate for this kind of token; a dearer one of the same price was taken.',
    action: 'Add the missing rate to the price.',
  },
  'unknown-key': {
    title: 'Unknown key',
    meaning:
      'The key is not, or no longer, on record. The cost stands in suspense.',
    action:
      'Ask the department that the line names whether the usage is theirs.',
  },
  'unknown-department': {
    title: 'Unknown department',
    meaning:
      'The department is not, or no longer, in the catalog. The cost stands in suspense.',
    action:
      'Decide which department bears it; bring the Group back if it left by mistake.',
  },
};

/** What a suspense account is for. Those of other makers have their name. */
export function explainSuspense(reason: string): Explanation {
  const flag = Object.entries(FLAGS).find(([name]) => name === reason);
  return (
    flag?.[1] ?? {
      title: reason,
      meaning: 'Cost that nobody could be charged with.',
      action: 'Look at the lines, and decide who bears it.',
    }
  );
}

/** A month by the reader's locale: `October 2026`. */
export function formatBookMonth(month: string): string {
  return DateTime.fromFormat(month, 'yyyy-MM').toLocaleString({
    month: 'long',
    year: 'numeric',
  });
}

/** Whether a month is frozen, could be, or is not over. */
export function monthStatusOf(
  month: Pick<BookMonth, 'status' | 'notClosable'>,
): {
  tone: Tone;
  text: string;
} {
  if (month.status === 'closed') return { tone: 'positive', text: 'Closed' };
  return month.notClosable === undefined
    ? { tone: 'warning', text: 'Can be closed' }
    : { tone: 'neutral', text: 'Open' };
}

/**
 * How far the ledger is from an invoice, in per cent of the invoice, with its sign.
 *
 * @example formatVariance(-5n, 1000n) // '−0.5 %'
 */
export function formatVariance(difference: bigint, invoiced: bigint): string {
  if (difference === 0n) return '0 %';
  if (invoiced === 0n) return NOTHING;
  const sign = difference < 0n ? '−' : '+';
  return `${sign}${formatPercent(magnitude(difference), magnitude(invoiced))}`;
}

/** What a variance means, in a word. */
export function varianceOf(line: {
  differencePicoUsd: bigint;
  isBeyondTolerance: boolean;
}): { tone: Tone; text: string } {
  if (line.differencePicoUsd === 0n) {
    return { tone: 'positive', text: 'Agrees' };
  }
  return line.isBeyondTolerance
    ? { tone: 'negative', text: 'Beyond 0.5 %' }
    : { tone: 'neutral', text: 'Within 0.5 %' };
}

/** What a line of a variance is about. */
export function nameOfLine(
  line: Pick<InvoiceVarianceLine, 'model' | 'isInvoiced'>,
): string {
  if (line.model === '') return 'Everything else';
  return line.isInvoiced ? line.model : `${line.model}, not on the invoice`;
}

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
