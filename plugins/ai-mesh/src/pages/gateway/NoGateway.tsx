import { CodeBlock } from '../../components/CodeBlock';
import { EmptyPanel } from '../../components/StatePanels';
import styles from './gateway.module.css';

const IN_BACKEND =
  "backend.add(import('@sovereign-ai-mesh/plugin-ai-mesh-gateway-backend'));";
const ALONE = 'npm start -w packages/gateway';

/** How the first replica comes to be. */
export function NoGateway() {
  return (
    <EmptyPanel
      title="No gateway was heard of within a day"
      description="A replica shows here within seconds of its start. Start one in either of two ways:"
      action={
        <dl className={styles.ways}>
          <dt>
            Within the portal: this line in packages/backend/src/index.ts, then
            start the portal again
          </dt>
          <dd>
            <CodeBlock text={IN_BACKEND} copyLabel="Copy the line" />
          </dd>
          <dt>
            Alone, as often as is needed: with the configuration of its README
          </dt>
          <dd>
            <CodeBlock text={ALONE} copyLabel="Copy the command" />
          </dd>
        </dl>
      }
    />
  );
}
