import {
  divideHalfEven,
  formatUsd,
  picoUsd,
  SpendReport,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Money } from '../../components/Money';
import { Stat, StatRow } from '../../components/Stat';
import { formatCount, formatPercent } from '../../utils/format';

/** The sums of the whole report, whatever page of rows is shown. */
export function SpendTotals(props: { total: SpendReport['total'] }) {
  const { total } = props;
  const tokens = total.inputTokens + total.outputTokens;
  return (
    <StatRow>
      <Stat label="Cost" note={averageOf(total)}>
        <Money amount={total.costPicoUsd} />
      </Stat>
      <Stat
        label="Saved"
        note="because a cheaper model or the cache answered; not part of the cost"
      >
        <Money amount={total.avoidedPicoUsd} />
      </Stat>
      <Stat label="Requests">{formatCount(total.requests)}</Stat>
      <Stat
        label="Tokens"
        note={`${formatCount(total.inputTokens)} in · ${formatCount(
          total.outputTokens,
        )} out`}
      >
        {formatCount(tokens)}
      </Stat>
      <Stat label="Estimated share" note="of the cost; no usage was reported">
        {formatPercent(total.estimatedPicoUsd, total.costPicoUsd)}
      </Stat>
    </StatRow>
  );
}

function averageOf(total: SpendReport['total']): string | undefined {
  if (total.requests === 0n) return undefined;
  const average = picoUsd(divideHalfEven(total.costPicoUsd, total.requests));
  return `${formatUsd(average)} a request on average`;
}
