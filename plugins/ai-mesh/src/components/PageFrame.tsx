import { Box, Container } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './PageFrame.module.css';

/** What every page shares inside the shell: its margins, the row of controls above, the panel below. */
export function PageFrame(props: {
  /** What the page is for, for screen readers; the tab says it to everybody else. */
  title: string;
  controls?: ReactNode;
  /** The one action of the page. */
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Container>
      <section className={styles.page} aria-label={props.title}>
        {(props.controls || props.action) && (
          <div className={styles.toolbar}>
            <div className={styles.controls}>{props.controls}</div>
            <div className={styles.action}>{props.action}</div>
          </div>
        )}
        {props.children}
      </section>
    </Container>
  );
}

/** A surface that holds a table or a chart. */
export function Panel(props: { title?: ReactNode; children: ReactNode }) {
  return (
    <Box bg="neutral" className={styles.panel}>
      {props.title && <div className={styles.panelTitle}>{props.title}</div>}
      {props.children}
    </Box>
  );
}
