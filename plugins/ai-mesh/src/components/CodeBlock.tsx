import { CopyButton } from './CopyButton';
import styles from './CodeBlock.module.css';

/** Text to copy into a terminal or a program. */
export function CodeBlock(props: { text: string; copyLabel: string }) {
  return (
    <div className={styles.block}>
      <pre className={styles.text}>
        <code>{props.text}</code>
      </pre>
      <div className={styles.copy}>
        <CopyButton text={props.text} label={props.copyLabel} />
      </div>
    </div>
  );
}
