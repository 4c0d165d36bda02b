import { Alert } from '@backstage/ui';
import { RoutingProblem } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import styles from './gateway.module.css';

/** What of the configured routing does not hold, each by its setting, so that it can be found and put right. */
export function RoutingProblems(props: {
  problems: readonly RoutingProblem[];
}) {
  const { problems } = props;
  return (
    <Alert
      role="status"
      status="warning"
      icon
      title={
        problems.length === 1
          ? 'One part of the configured routing is left out'
          : `${problems.length} parts of the configured routing are left out`
      }
      description={
        <ul className={styles.problems}>
          {problems.map(({ setting, problem }) => (
            <li key={`${setting} ${problem}`}>
              <code>{setting}</code>
              {': '}
              {problem}
            </li>
          ))}
        </ul>
      }
    />
  );
}
