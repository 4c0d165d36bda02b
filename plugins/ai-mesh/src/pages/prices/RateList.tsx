import { PriceVersion } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { formatCount, NOTHING } from '../../utils/format';
import styles from './prices.module.css';
import { describeRate, ratePartsOf } from './prices.utils';

/** Every rate of a price with its unit, and those that hold for long prompts. */
export function RateList(props: {
  price: Pick<PriceVersion, 'rates' | 'longContext'>;
}) {
  const { rates, longContext } = props.price;
  const parts = ratePartsOf(rates);
  if (parts.length === 0) return <>{NOTHING}</>;
  return (
    <>
      <ul className={styles.rates}>
        {parts.map(part => (
          <li key={part.pricedClass}>{describeRate(part)}</li>
        ))}
      </ul>
      {longContext.map(step => (
        <div key={step.aboveInputTokens} className={styles.long}>
          {`Above ${formatCount(
            step.aboveInputTokens,
          )} input tokens, for the whole request:`}
          <ul className={styles.rates}>
            {ratePartsOf(step.rates).map(part => (
              <li key={part.pricedClass}>{describeRate(part)}</li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}
