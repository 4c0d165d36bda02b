import {
  GpuCostReport,
  PicoUsd,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Money } from '../../components/Money';
import { Stat, StatRow } from '../../components/Stat';
import { formatPercent } from '../../utils/format';
import { allocatedTimeOf, allTimeOf, formatGpuHours } from './gpu.utils';

/** The bill and its three ledgers, whatever page of rows is shown. */
export function GpuTotals(props: { report: GpuCostReport }) {
  const { total, spot, seesMachines } = props.report;
  const time = allTimeOf(total.gpuTime);
  const shareOfBill = (cost: PicoUsd) =>
    `${formatPercent(cost, total.billedPicoUsd)} of the bill`;
  return (
    <StatRow>
      <Stat
        label="Billed"
        note={
          seesMachines ? 'for the machines' : 'the part of your departments'
        }
      >
        <Money amount={total.billedPicoUsd} />
      </Stat>
      <Stat
        label="Used"
        note={
          total.unknownPicoUsd > 0n
            ? `${shareOfBill(total.usedPicoUsd)}; ${formatPercent(
                total.unknownPicoUsd,
                total.usedPicoUsd,
              )} of it not measured`
            : shareOfBill(total.usedPicoUsd)
        }
      >
        <Money amount={total.usedPicoUsd} />
      </Stat>
      <Stat
        label="Idle while allocated"
        note={`${shareOfBill(total.idlePicoUsd)}; charged, and doing nothing`}
      >
        <Money amount={total.idlePicoUsd} />
      </Stat>
      <Stat
        label="Unallocated"
        note={`${shareOfBill(
          total.unallocatedPicoUsd,
        )}; rented, given to nobody`}
      >
        <Money amount={total.unallocatedPicoUsd} />
      </Stat>
      <Stat
        label="GPU-hours"
        note={`${formatPercent(
          allocatedTimeOf(total.gpuTime),
          time,
        )} allocated · ${formatPercent(total.gpuTime.used, time)} used`}
      >
        {formatGpuHours(time)}
      </Stat>
      {spot.length > 0 && (
        <Stat label="Spot saved" note="net of work lost to evictions">
          <Money amount={sumPicoUsd(spot.map(row => row.netSavingPicoUsd))} />
        </Stat>
      )}
    </StatRow>
  );
}
