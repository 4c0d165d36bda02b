import { NOTHING } from '../utils/format';
import styles from './Price.module.css';

/** A price to the digit that the price book has, with at least two decimals. */
export function Price(props: {
  usd: string | undefined;
  /** What it is the price of, for example `second`. */
  unit: string;
  /** Says the unit on a line of its own, where the head of the column does not say it. */
  showsUnit?: boolean;
}) {
  const { usd, unit } = props;
  if (usd === undefined) return <span>{NOTHING}</span>;
  return (
    <span title={`${usd} USD per ${unit}`}>
      {formatPrice(usd)}
      {props.showsUnit && (
        <span className={styles.unit}>{`per\u00a0${unit}`}</span>
      )}
    </span>
  );
}

/** The price with its currency sign, for example `$2.50`. */
export function formatPrice(usd: string): string {
  // Intl formats a decimal string exactly; its type knows only numbers.
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 18,
  }).format(usd as `${number}`);
}
