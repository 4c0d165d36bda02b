import LinearProgress from '@material-ui/core/LinearProgress';
import { formatPercent } from '../utils/format';
import { Tone } from './StatusBadge';
import styles from './UsageBar.module.css';

/** How much of a limit is used. The bar ends at the limit; the number goes on. */
export function UsageBar(props: {
  label: string;
  used: bigint;
  limit: bigint;
  tone: Tone;
  /** Where thresholds are, in per cent of the limit, below 100. */
  marks?: readonly number[];
}) {
  const text = formatPercent(props.used, props.limit);
  return (
    <div className={styles.usage}>
      <div className={styles.bar}>
        <LinearProgress
          variant="determinate"
          value={cappedPercent(props.used, props.limit)}
          aria-label={props.label}
          aria-valuetext={text}
          classes={{ root: styles.track, bar: styles[props.tone] }}
        />
        {props.marks?.map(percent => (
          <span
            key={percent}
            className={styles.mark}
            style={{ insetInlineStart: `${percent}%` }}
            title={`Threshold at ${percent} %`}
          />
        ))}
      </div>
      <span className={styles.text}>{text}</span>
    </div>
  );
}

function cappedPercent(used: bigint, limit: bigint): number {
  if (limit <= 0n) return used > 0n ? 100 : 0;
  const percent = (used * 100n) / limit;
  return Number(percent > 100n ? 100n : percent);
}
