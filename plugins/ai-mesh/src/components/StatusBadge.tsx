import styles from './StatusBadge.module.css';

/** What a status means; the text says it too, so that colour is never the only sign. */
export type Tone = 'positive' | 'warning' | 'negative' | 'neutral';

/** A short status in words, coloured by what it means. */
export function StatusBadge(props: { tone: Tone; text: string }) {
  return (
    <span className={`${styles.badge} ${styles[props.tone]}`}>
      {props.text}
    </span>
  );
}
