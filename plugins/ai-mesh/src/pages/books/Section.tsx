import { Text } from '@backstage/ui';
import { ReactNode } from 'react';
import { Panel } from '../../components/PageFrame';

/** A panel with a heading, which says in words that there is nothing to do when there is not. */
export function Section(props: {
  title: string;
  isEmpty: boolean;
  empty: string;
  children: ReactNode;
}) {
  return (
    <Panel
      title={
        <Text as="h2" variant="body-medium" weight="bold">
          {props.title}
        </Text>
      }
    >
      {props.isEmpty ? (
        <Text as="p" color="secondary">
          {props.empty}
        </Text>
      ) : (
        props.children
      )}
    </Panel>
  );
}
