import {
  formatUsd,
  PICO_PER_USD,
  PicoUsd,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import {
  Bar,
  BarChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import styles from './palette.module.css';
import { formatStart, SpendSeries } from './spend.utils';
import { colourOf } from './SpendLegend';

type Bucket = SpendSeries['buckets'][number];

/** Cost over time as stacked bars. Its table twin says the same in exact numbers. */
export function SpendChart(props: {
  series: SpendSeries;
  interval: 'hour' | 'day';
}) {
  const { groups, buckets } = props.series;
  return (
    <div
      className={`${styles.palette} ${styles.chart}`}
      role="img"
      aria-label={`Stacked bars of the cost per ${props.interval}; the table view has the numbers`}
    >
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={buckets}
          margin={{ top: 8, right: 8, bottom: 0, left: 8 }}
          accessibilityLayer={false}
        >
          <CartesianGrid
            vertical={false}
            stroke="var(--bui-border-1)"
            strokeOpacity={0.5}
          />
          <XAxis
            dataKey="startMs"
            tickFormatter={startMs =>
              formatStart(startMs, props.interval, { isOnAxis: true })
            }
            tick={{ fill: 'var(--bui-fg-secondary)' }}
            tickLine={false}
            axisLine={{ stroke: 'var(--bui-border-1)' }}
            minTickGap={24}
          />
          <YAxis
            width={64}
            tickFormatter={formatAxis}
            tick={{ fill: 'var(--bui-fg-secondary)' }}
            tickLine={false}
            axisLine={false}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{
              fill: 'color-mix(in srgb, var(--bui-fg-primary) 7%, transparent)',
            }}
            content={({ active, label }) => {
              const bucket = buckets.find(each => each.startMs === label);
              return active && bucket ? (
                <BucketTooltip {...props} bucket={bucket} />
              ) : null;
            }}
          />
          {groups.map((group, place) => (
            <Bar
              key={group.id}
              name={group.label}
              // Ids have dots in them, which a key as text would take for a path.
              dataKey={(bucket: Bucket) => forDrawing(bucket.costs[place])}
              stackId="cost"
              fill={colourOf(place)}
              isAnimationActive={false}
              maxBarSize={40}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** What one bar is made of, dearest first. */
function BucketTooltip(props: {
  series: SpendSeries;
  interval: 'hour' | 'day';
  bucket: Bucket;
}) {
  const { bucket, series } = props;
  const parts = series.groups
    .map((group, place) => ({ group, place, cost: bucket.costs[place] }))
    .filter(part => part.cost > 0n)
    .sort((a, b) => (a.cost > b.cost ? -1 : 1));
  return (
    <div className={styles.tooltip}>
      <strong>{formatStart(bucket.startMs, props.interval)}</strong>
      {' · '}
      {formatUsd(bucket.total)}
      <table>
        <tbody>
          {parts.map(({ group, place, cost }) => (
            <tr key={group.id}>
              <td>
                <span
                  className={styles.swatch}
                  style={{ background: colourOf(place) }}
                />
              </td>
              <td>{group.label}</td>
              <td>{formatUsd(cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Dollars as a number: near enough for the height of a bar, and for nothing else. */
function forDrawing(amount: PicoUsd): number {
  return Number(amount) / Number(PICO_PER_USD);
}

function formatAxis(usd: number): string {
  return formatUsd(picoUsd(BigInt(Math.round(usd * Number(PICO_PER_USD)))));
}
