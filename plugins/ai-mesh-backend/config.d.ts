interface MeshLimits {
  requestsPerMinute?: number;
  /** Input as bounded before the call, and output as allowed. */
  tokensPerMinute?: number;
  parallelRequests?: number;
}

interface MeshTargetAttributes {
  /** Share of the calls among targets of the same order and stage. Default: 1. */
  weight?: number;
  /** Targets of a higher order are only called when those below are full or failing. Default: 0. */
  order?: number;
  /** `provisioned`: paid for by the hour, and therefore full first. Default: `standard`. */
  tier?: 'standard' | 'provisioned';
  /** Where it computes, as `aiMesh.departments.<ref>.regions` calls it. */
  region?: string;
  /** `candidate` targets take `candidateShare` of the calls. Default: `stable`. */
  stage?: 'stable' | 'candidate';
}

type MeshServiceTier =
  | 'standard'
  | 'priority'
  | 'flex'
  | 'batch'
  | 'provisioned';

/** US dollars as text in quotes. One of the first six at least is there. */
interface MeshRateFields {
  /** For a million tokens of input. Required for what is billed by tokens. */
  inputUsdPerMillion?: string;
  /** For a million tokens that are embedded, where they have a rate of their own. */
  embeddingUsdPerMillion?: string;
  /** For a million characters that are spoken. */
  characterUsdPerMillion?: string;
  /** For a picture. */
  imageUsd?: string;
  /** For a second that is heard. */
  audioSecondUsd?: string;
  /** For an hour of a machine. */
  machineHourUsd?: string;
  /** For a million tokens of input that the provider read from its cache. */
  cachedInputUsdPerMillion?: string;
  /** For a million tokens of input that the provider puts into its cache. */
  cacheWriteUsdPerMillion?: string;
  /** For a million tokens of input that the provider puts into its cache for an hour. */
  cacheWriteHourUsdPerMillion?: string;
  /** For a million tokens of output. Left out for models that only embed. */
  outputUsdPerMillion?: string;
  /** For a million tokens of reasoning, where they have a rate of their own. */
  reasoningUsdPerMillion?: string;
  /** For a million tokens of sound that is heard. */
  audioInputUsdPerMillion?: string;
  /** For a million tokens of sound that is made. */
  audioOutputUsdPerMillion?: string;
  /** For a million tokens of pictures that are seen. */
  imageInputUsdPerMillion?: string;
  /** For a million tokens of pictures that are made. */
  imageOutputUsdPerMillion?: string;
  /** For one use of a provider's own tool, such as its web search. */
  toolCallUsd?: string;
}

interface MeshPrice extends MeshRateFields {
  /** What models name in their annotation `ai-mesh.io/price`, for example `halden/llama-3-8b-instruct`. */
  model: string;
  /** Where it holds, as targets call their region. Left out: everywhere that has no price of its own. */
  region?: string;
  /** What the provider bills a call as. Default: `standard`. */
  serviceTier?: MeshServiceTier;
  /** A day such as `2026-11-01`, in UTC, or a time. Left out: from when it is read. */
  validFrom?: string;
  /** Where it ends. Left out: when another one holds. */
  validTo?: string;
  /** Rates of the whole request when its input is longer; what is left out goes on from below. */
  longContext?: Array<MeshRateFields & { aboveInputTokens: number }>;
}

export interface Config {
  /** Sovereign AI Mesh, control plane. */
  aiMesh?: {
    keys?: {
      /**
       * Under this secret the hashes of gateway keys are made, so that a stolen database opens nothing. At
       * least 32 random characters; the same on the control plane and on every gateway. With another secret
       * every key that was issued stops working. Required where the control plane or a gateway runs.
       *
       * @visibility secret
       */
      hashSecret?: string;
    };
    gateway?: {
      /**
       * Where callers reach the gateway, ending in `/v1`. Pages show it in their snippets.
       * Default: `http://localhost:4000/v1`.
       */
      baseUrl?: string;
    };
    /**
     * The company's own prices; they hold against the public price list. Amounts are text in quotes, such
     * as `'2.50'`, because a number in YAML is not exact.
     */
    prices?: MeshPrice[];
    /**
     * What was agreed with providers. A contract for single models goes before one for all of a provider; one that
     * is taken out of the configuration ends then.
     */
    priceContracts?: Array<{
      /** Appears beside its prices; once in the configuration. */
      name: string;
      /** Beginnings of price keys, such as `azure/`. */
      prefixes?: string[];
      /** Single price keys, such as `azure/gpt-4o`. */
      models?: string[];
      /** Off the list price of `prefixes` and `models`: percent as text in quotes, such as `'12.5'`. */
      discountPercent?: string;
      /** Rates that were agreed, whatever the list says. */
      prices?: MeshPrice[];
      /** A day such as `2026-01-01`, in UTC. In the past: what was booked since then is corrected. */
      validFrom: string;
      validTo?: string;
    }>;
    /**
     * Paths of price lists, `.csv` or `.json`, that are read at start and every day. A file with a wrong row
     * changes nothing. They hold against the public price list, and not against `prices`.
     */
    priceFiles?: string[];
    /**
     * Where the calls of a model go, by its name in the catalog. What names a model, a department or a price
     * that does not exist is left out: it is logged, and shown beside the replicas of the gateway.
     */
    routing?: {
      [model: string]: {
        /** What is said of the catalog's own target. */
        catalogTarget?: MeshTargetAttributes;
        /** Further targets that serve the same model. */
        targets?: Array<
          MeshTargetAttributes & {
            /** Appears in reports and on pages; once in a model. */
            id: string;
            /** Id of a provider in `aiMeshGateway.providers`. */
            provider: string;
            /** The model's name there, for Azure OpenAI the deployment. */
            providerModel: string;
            /** Its key in the price book. A target without a price is not called. */
            price: string;
          }
        >;
        /** How calls are shared among targets of the same order and stage. Default: `weighted`. */
        balance?: 'weighted' | 'least-in-flight' | 'fastest';
        /** Attempts at further targets of the same model, before a fallback; 0 to 5. Default: 2. */
        retries?: number;
        /** Share of the calls for `candidate` targets, 0 to 1. Default: 0. */
        candidateShare?: number;
        /** Models that stand in, in this order. Each must be among the models of the caller's key. */
        fallbacks?: Array<{
          model: string;
          on: Array<
            | 'error'
            | 'rate-limit'
            | 'timeout'
            | 'context-length'
            | 'content-filter'
            | 'budget'
          >;
          /** Default: `non-critical`. */
          calls?: 'all' | 'non-critical';
        }>;
        /** Small models that take the calls for which this one is more than the task needs. All conditions hold. */
        specialists?: Array<{
          model: string;
          /** Values of the request header `x-ai-mesh-task`. */
          tasks?: string[];
          /** Size of the request, at most. */
          maxBodyBytes?: number;
          /** Names of gateway routes, such as `chat`. */
          routes?: string[];
          /** Id of a classifier that a module adds. */
          classifier?: string;
        }>;
        /** Copies of calls for a candidate, whose answers nobody sees. */
        shadow?: {
          model: string;
          /** Share of the calls, above 0 to 1. */
          share: number;
          /** The Group whose budget pays. */
          departmentRef: string;
          /** What the copies may cost in a UTC day, on each replica: text in quotes, such as `'5.00'`. */
          dailyCapUsd: string;
        };
        /** How long an equal request is answered from memory. Left out: never. */
        cacheSeconds?: number;
        /** Of all calls of the model together. */
        limits?: MeshLimits;
      };
    };
    /** How much may be asked for. What is left out is not limited. */
    limits?: {
      /** By Group, such as `group:default/research`: the calls of its own keys together. */
      departments?: { [entityRef: string]: MeshLimits };
      /** By Component, such as `component:default/support-bot`: the calls of its keys together. */
      applications?: { [entityRef: string]: MeshLimits };
      /** Of each key by itself, for what the key does not say. */
      defaultKey?: MeshLimits;
    };
    gpu?: {
      /**
       * The Group that pays for GPUs that were rented and given to nobody, such as
       * `group:default/platform-engineering`. Left out: it is charged to nobody, and stands open in the books.
       */
      unallocatedTo?: string;
    };
    budgets?: {
      /**
       * IANA name of the time zone in which the months of budgets begin and end, such as `Europe/Berlin`.
       * Default: `UTC`.
       */
      timeZone?: string;
      /**
       * Groups that are told of the thresholds of every budget, beside the Group whose budget it is, such as
       * `group:default/platform-engineering`. Default: none.
       */
      notify?: string[];
    };
    ledger?: {
      /**
       * For how many days the single lines of the ledger are kept, at least 35; then those of closed months are
       * dropped, and only their sums and statements stay. Default: for ever.
       */
      keepLinesForDays?: number;
    };
    /** By Group, such as `group:default/finance-and-legal`. */
    departments?: {
      [entityRef: string]: {
        /**
         * The only regions where its data, and that of the departments below it, may be computed. One below
         * may narrow them, never widen. Left out: everywhere.
         */
        regions?: string[];
      };
    };
  };
}
