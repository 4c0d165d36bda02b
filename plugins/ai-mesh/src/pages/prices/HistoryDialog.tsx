import { Dialog, DialogBody, DialogHeader, Text } from '@backstage/ui';
import {
  PriceSku,
  PriceVersion,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DataColumn, DataTable } from '../../components/DataTable';
import { RelativeDate } from '../../components/RelativeDate';
import { EmptyPanel, Loadable } from '../../components/StatePanels';
import { useHistory } from './prices.hooks';
import { formatValidity, placeOf } from './prices.utils';
import { RateList } from './RateList';

const COLUMNS: DataColumn<PriceVersion>[] = [
  {
    id: 'validity',
    label: 'Valid',
    isRowHeader: true,
    render: formatValidity,
  },
  {
    id: 'rates',
    label: 'Rates',
    render: version =>
      version.isWithdrawn ? (
        'The contract ends: the list price holds'
      ) : (
        <RateList price={version} />
      ),
  },
  {
    id: 'source',
    label: 'Source',
    render: version => version.source,
  },
  {
    id: 'recordedAt',
    label: 'Recorded',
    render: version => <RelativeDate at={version.recordedAt} />,
  },
];

/** Every version of one price. None is ever changed: of those that cover a moment, the topmost holds. */
export function HistoryDialog(props: { sku: PriceSku; onClose: () => void }) {
  const { sku, onClose } = props;
  const { loaded, reload } = useHistory(sku);
  return (
    <Dialog isOpen width={920} onOpenChange={isOpen => !isOpen && onClose()}>
      <DialogHeader>{`History of ${sku.priceKey}`}</DialogHeader>
      <DialogBody>
        <Text as="p" color="secondary">
          {`${placeOf(
            sku,
          )}. Recorded last first: of the versions that cover a moment, the topmost holds, and a contract before the list.`}
        </Text>
        <Loadable loaded={loaded} what="the history" onRetry={reload}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyPanel
                title="No such price"
                description="Nothing was ever recorded for it."
              />
            ) : (
              <DataTable
                label={`Versions of ${sku.priceKey}`}
                columns={COLUMNS}
                rows={items}
              />
            )
          }
        </Loadable>
      </DialogBody>
    </Dialog>
  );
}
