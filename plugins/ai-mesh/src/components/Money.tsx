import {
  formatUsd,
  formatUsdExact,
  PicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { NOTHING } from '../utils/format';

/** An amount for people; the exact one shows on hover and is what gets copied from the title. */
export function Money(props: { amount: PicoUsd | undefined }) {
  if (props.amount === undefined) return <span>{NOTHING}</span>;
  return (
    <span title={`${formatUsdExact(props.amount)} USD`}>
      {formatUsd(props.amount)}
    </span>
  );
}
