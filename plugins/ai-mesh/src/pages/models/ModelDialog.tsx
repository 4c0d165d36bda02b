import {
  ButtonLink,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Flex,
  Text,
} from '@backstage/ui';
import { useRouteRef } from '@backstage/core-plugin-api';
import { Model } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { ReactNode } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { formatPrice } from '../../components/Price';
import { keysRouteRef } from '../../routes';
import { nameOfRef } from '../../utils/entityNames';
import { formatCount } from '../../utils/format';
import { pricePartsOf } from '../../utils/priceParts';
import styles from './models.module.css';

/** The details of a model, with the one thing to do about it: get a key. */
export function ModelDialog(props: { model: Model; onClose: () => void }) {
  const { model } = props;
  const keysPath = useRouteRef(keysRouteRef)();
  const issueQuery = new URLSearchParams({ issue: '1', model: model.name });
  return (
    <Dialog
      isOpen
      onOpenChange={isOpen => !isOpen && props.onClose()}
      width={560}
    >
      <DialogHeader>{model.title}</DialogHeader>
      <DialogBody>
        <Text as="p" className={styles.description}>
          {model.description}
        </Text>
        <dl className={styles.facts}>
          {factsOf(model).map(([term, value]) => (
            <Fact key={term} term={term}>
              {value}
            </Fact>
          ))}
        </dl>
      </DialogBody>
      <DialogFooter>
        {model.price ? (
          <ButtonLink variant="primary" href={`${keysPath}?${issueQuery}`}>
            Get a key
          </ButtonLink>
        ) : (
          <Text as="p" color="warning">
            Not served: no price is known
          </Text>
        )}
      </DialogFooter>
    </Dialog>
  );
}

function factsOf(model: Model): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [
    [
      'Name for callers',
      <Flex key="name" align="center" gap="1">
        <span className={styles.id}>{model.name}</span>
        <CopyButton text={model.name} label={`Copy ${model.name}`} />
      </Flex>,
    ],
    ['Kind', model.kind],
    ['Context', `${formatCount(model.contextTokens)} tokens`],
  ];
  if (model.kind === 'chat') {
    facts.push(['Max output', `${formatCount(model.maxOutputTokens)} tokens`]);
  }
  if (model.price) {
    for (const { label, usd, unit } of pricePartsOf(model.price)) {
      facts.push([label, `${formatPrice(usd)} per ${unit}`]);
    }
    facts.push(['Price from', model.price.source]);
  }
  facts.push(
    ['Provider', model.provider],
    ['Owner', nameOfRef(model.ownerRef)],
    ['Lifecycle', model.lifecycle],
    ['Tags', model.tags.join(', ')],
  );
  return facts;
}

function Fact(props: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </>
  );
}
