import { DateTime } from 'luxon';
import { NOTHING } from '../utils/format';
import styles from './RelativeDate.module.css';

/** A moment, relative to now and as a date; the full time shows on hover. */
export function RelativeDate(props: {
  at: string | undefined;
  /** What stands there when there is no such moment. */
  never?: string;
  /** Leaves the date away where room is short. */
  isShort?: boolean;
}) {
  if (props.at === undefined) return <span>{props.never ?? NOTHING}</span>;
  const at = DateTime.fromISO(props.at);
  return (
    <time
      dateTime={props.at}
      title={at.toLocaleString(DateTime.DATETIME_FULL_WITH_SECONDS)}
    >
      {relative(at)}
      {!props.isShort && (
        <span className={styles.date}>
          {at.toLocaleString(DateTime.DATE_MED)}
        </span>
      )}
    </time>
  );
}

function relative(at: DateTime): string {
  const seconds = Math.abs(at.diffNow('seconds').seconds);
  if (seconds < 45) return 'now';
  return at.toRelative() ?? at.toLocaleString();
}
