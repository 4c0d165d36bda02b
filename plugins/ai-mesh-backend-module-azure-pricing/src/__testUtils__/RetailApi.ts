import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { RetailItem } from '../RetailPricesClient';

/** An item as the API gives it, with the fields that nobody reads too. */
export function item(more: Partial<RetailItem>): RetailItem {
  return {
    currencyCode: 'USD',
    tierMinimumUnits: 0,
    retailPrice: 0.0025,
    armRegionName: 'westeurope',
    effectiveStartDate: '2025-05-01T00:00:00Z',
    meterName: 'gpt-4o-0806-Inp-glbl Tokens',
    productName: 'Azure OpenAI',
    skuName: 'gpt-4o-0806-Inp-glbl',
    serviceName: 'Foundry Models',
    unitOfMeasure: '1K',
    type: 'Consumption',
    armSkuName: '',
    ...{
      unitPrice: 0.0025,
      location: 'EU West',
      meterId: '8ad2a2c3-1b9e-5a43-8c63-7d2d7ad2f6a0',
      productId: 'DZH318Z09V6F',
      skuId: 'DZH318Z09V6F/00KZ',
      serviceId: 'DZH317F1HKN0',
      serviceFamily: 'AI + Machine Learning',
      isPrimaryMeterRegion: true,
    },
    ...more,
  };
}

export function machine(more: Partial<RetailItem>): RetailItem {
  return item({
    meterName: 'NC24ads A100 v4',
    skuName: 'NC24ads A100 v4',
    productName: 'Virtual Machines NCadsv4 Series',
    serviceName: 'Virtual Machines',
    armSkuName: 'Standard_NC24ads_A100_v4',
    unitOfMeasure: '1 Hour',
    retailPrice: 3.673,
    ...more,
  });
}

/** A meter of tokens by its name, USD per 1,000. */
export function meter(
  name: string,
  retailPrice: number,
  more: Partial<RetailItem> = {},
): RetailItem {
  return item({
    meterName: `${name} Tokens`,
    skuName: name,
    retailPrice,
    ...more,
  });
}

/** How the API answers one request. */
export type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
) => void;

/** A server that answers as the test says, for all tests of a file. */
export class RetailApi {
  answer: Answer = (_, response) => send(response, 200, page([]));
  baseUrl = '';
  /** What was asked for since the test began. */
  readonly asked: URL[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.asked.push(new URL(request.url ?? '', this.baseUrl));
      this.answer(request, response);
    });
    beforeAll(async () => {
      await new Promise<void>(resolve =>
        this.#server.listen(0, '127.0.0.1', resolve),
      );
      const { port } = this.#server.address() as AddressInfo;
      this.baseUrl = `http://127.0.0.1:${port}`;
    });
    beforeEach(() => {
      this.asked.splice(0);
    });
    afterAll(() => {
      this.#server.closeAllConnections();
      this.#server.close();
    });
  }

  /** Answers as the API does: with what the filter finds of these. */
  serve(items: readonly RetailItem[]): void {
    this.answer = (_, response) => {
      const filter = this.asked.at(-1)?.searchParams.get('$filter') ?? '';
      const found = items.filter(
        each =>
          filter.includes(`armRegionName eq '${each.armRegionName}'`) &&
          filter.includes(`serviceName eq '${each.serviceName}'`) &&
          (!filter.includes('armSkuName') ||
            filter.includes(`armSkuName eq '${each.armSkuName}'`)),
      );
      send(response, 200, page(found));
    };
  }
}

/** Answers with JSON. */
export function send(
  response: ServerResponse,
  status: number,
  body: unknown = {},
) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** One page of the price list. */
export function page(items: unknown[], next?: string) {
  return {
    BillingCurrency: 'USD',
    CustomerEntityId: 'Default',
    CustomerEntityType: 'Retail',
    Items: items,
    NextPageLink: next ?? null,
    Count: items.length,
  };
}
