import { NOTHING } from '../utils/format';

/** A price per million tokens, to the digit that the price book has, with at least two decimals. */
export function Price(props: { usdPerMillion: string | undefined }) {
  if (props.usdPerMillion === undefined) return <span>{NOTHING}</span>;
  return (
    <span title={`${props.usdPerMillion} USD per million tokens`}>
      {formatPrice(props.usdPerMillion)}
    </span>
  );
}

/** The price with its currency sign, for example `$2.50`. */
export function formatPrice(usdPerMillion: string): string {
  // Intl formats a decimal string exactly; its type knows only numbers.
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: 12,
  }).format(usdPerMillion as `${number}`);
}
