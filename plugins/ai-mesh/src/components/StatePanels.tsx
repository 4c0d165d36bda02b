import { Alert, Button, Flex, Skeleton, Text } from '@backstage/ui';
import { ReactNode } from 'react';
import { isNotAllowed, messageOf } from '../utils/formErrors';
import { Loaded } from './useRefreshing';
import styles from './StatePanels.module.css';

const SKELETON_ROWS = 6;

/** The four faces of a part of a page: loading, failed or not allowed, and ready, with old data kept in sight. */
export function Loadable<T>(props: {
  loaded: Loaded<T>;
  /** What is loaded, in words that fit "Loading …" and "Could not load …". */
  what: string;
  onRetry: () => void;
  children: (data: T, state: { isStale: boolean }) => ReactNode;
}) {
  const { loaded, what, onRetry } = props;
  if (loaded.status === 'loading') return <LoadingPanel what={what} />;
  if (loaded.status === 'failed') {
    return <FailedPanel what={what} error={loaded.error} onRetry={onRetry} />;
  }
  return (
    <>
      {loaded.refreshError && (
        <FailedPanel
          what={`newer ${what}`}
          error={loaded.refreshError}
          onRetry={onRetry}
        />
      )}
      {props.children(loaded.data, { isStale: loaded.isStale })}
    </>
  );
}

/** Rows of grey where the data will be. */
export function LoadingPanel(props: { what: string }) {
  return (
    <div role="status" aria-label={`Loading ${props.what}`}>
      <Flex direction="column" gap="3" py="2">
        {Array.from({ length: SKELETON_ROWS }, (_, row) => (
          <Skeleton key={row} width="100%" height={28} />
        ))}
      </Flex>
    </div>
  );
}

/** Says what went wrong in the server's words, with the way to try again, or that it is not allowed. */
export function FailedPanel(props: {
  what: string;
  error: Error;
  onRetry: () => void;
}) {
  if (isNotAllowed(props.error)) {
    return (
      <EmptyPanel
        title={`You are not allowed to see ${props.what}`}
        description="Ask a platform engineer for access."
      />
    );
  }
  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title={`Could not load ${props.what}`}
      description={messageOf(props.error)}
      customActions={
        <Button size="small" variant="secondary" onPress={props.onRetry}>
          Try again
        </Button>
      }
    />
  );
}

/** Nothing here yet: why, and what to do about it. */
export function EmptyPanel(props: {
  title: string;
  description: string;
  action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <Text as="h3" variant="title-x-small">
        {props.title}
      </Text>
      <Text as="p" color="secondary">
        {props.description}
      </Text>
      {props.action}
    </div>
  );
}
