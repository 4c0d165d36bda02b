import { PriceSku } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import styles from './prices.module.css';
import { placeOf } from './prices.utils';

/** What a price is of, and below it where and as what it holds. */
export function PriceName(props: { sku: PriceSku; contractId?: string }) {
  const { sku, contractId } = props;
  return (
    <>
      <div className={styles.key}>{sku.priceKey}</div>
      <div className={styles.second}>
        {placeOf(sku)}
        {contractId !== undefined && ` · contract ${contractId}`}
      </div>
    </>
  );
}
