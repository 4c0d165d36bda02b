import { Money } from '../../components/Money';
import styles from './palette.module.css';
import { SpendGroup } from './spend.utils';

/** The colours of the chart by name, with what each cost. */
export function SpendLegend(props: { groups: readonly SpendGroup[] }) {
  return (
    <ul
      className={`${styles.palette} ${styles.legend}`}
      aria-label="Groups in the chart"
    >
      {props.groups.map((group, place) => (
        <li key={group.id}>
          <span
            className={styles.swatch}
            style={{ background: colourOf(place) }}
            aria-hidden="true"
          />
          {group.label}
          <span className={styles.cost}>
            <Money amount={group.total} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The colour of the group at a place, for use inside an element of the class `palette`. */
export function colourOf(place: number): string {
  return `var(--mesh-series-${place})`;
}
