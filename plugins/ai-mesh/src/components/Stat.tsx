import { ReactNode } from 'react';
import styles from './Stat.module.css';

/** A row of numbers that sum up a page. */
export function StatRow(props: { children: ReactNode }) {
  return <dl className={styles.row}>{props.children}</dl>;
}

/** One number with its name, and a note where the name is not enough. */
export function Stat(props: {
  label: string;
  note?: string;
  children: ReactNode;
}) {
  return (
    <div className={styles.stat}>
      <dt className={styles.label}>{props.label}</dt>
      <dd className={styles.value}>{props.children}</dd>
      {props.note && <dd className={styles.note}>{props.note}</dd>}
    </div>
  );
}
