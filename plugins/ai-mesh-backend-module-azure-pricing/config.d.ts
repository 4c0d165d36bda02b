export interface Config {
  /** Sovereign AI Mesh. */
  aiMesh?: {
    /** List prices from the Azure Retail Prices API, which needs no account. Nothing is fetched unless enabled. */
    azurePricing?: {
      /** Default: false. */
      enabled?: boolean;
      /** Azure regions, such as `westeurope`, whose prices are read. Required when enabled. */
      regions?: string[];
      /** Default, and the only one: other currencies are for reference, and the ledger is kept in USD. */
      currency?: 'USD';
      /** Sizes of machines, such as `Standard_NC24ads_A100_v4`, that are priced on demand and as spot. */
      vmSizes?: string[];
      /**
       * What the meters of models are called in the price book. Left out: every model under the name that its
       * meters have, such as `azure/gpt-4o-1120`.
       */
      models?: Array<{
        /** The model in the meter's name, with `-` between its words: `gpt-4o-1120`. */
        meter: string;
        /** The key in the price book: `azure/gpt-4o`. */
        price: string;
        /** Where long-context rates begin: Azure has meters for them, but does not say. */
        longContextAboveInputTokens?: number;
      }>;
      /** Another address of the API, such as that of a proxy. Default: `https://prices.azure.com`. */
      baseUrl?: string;
    };
  };
}
