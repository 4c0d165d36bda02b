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
      <Stat label="Cost" note={partsOf(total)}>
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
      <Stat
        label="Estimated share"
        note="of the cost; not reported, or not measured"
      >
        {formatPercent(total.estimatedPicoUsd, total.costPicoUsd)}
      </Stat>
    </StatRow>
  );
}

/** What a call costs on average, and what of the cost is of no call. */
function partsOf(total: SpendReport['total']): string | undefined {
  const { requests, costPicoUsd, otherPicoUsd } = total;
  const parts: string[] = [];
  if (requests > 0n) {
    const ofCalls = costPicoUsd - otherPicoUsd;
    const average = picoUsd(divideHalfEven(ofCalls, requests));
    parts.push(`${formatUsd(average)} a request on average`);
  }
  if (otherPicoUsd !== 0n) {
    parts.push(`${formatUsd(otherPicoUsd)} for machines and adjustments`);
  }
  return parts.length > 0 ? parts.join(' · ') : undefined;
}
