import { Money } from '../../components/Money';
import { Stat, StatRow } from '../../components/Stat';
import { formatPercent } from '../../utils/format';
import { BudgetRow } from './quotas.utils';

/** The sums of all top-level departments that the user sees. */
export function QuotasSummary(props: { sum: BudgetRow }) {
  const { limitPicoUsd, spentPicoUsd, leftPicoUsd } = props.sum;
  const used =
    limitPicoUsd === undefined
      ? undefined
      : `${formatPercent(spentPicoUsd, limitPicoUsd)} of the budget`;
  return (
    <StatRow>
      <Stat label="Spent this month" note={used}>
        <Money amount={spentPicoUsd} />
      </Stat>
      <Stat label="Budget">
        {limitPicoUsd === undefined ? (
          'No limit'
        ) : (
          <Money amount={limitPicoUsd} />
        )}
      </Stat>
      <Stat label="Left">
        <Money amount={leftPicoUsd} />
      </Stat>
    </StatRow>
  );
}
