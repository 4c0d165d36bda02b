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
    prices?: Array<{
      /** What models name in their annotation `ai-mesh.io/price`, for example `halden/llama-3-8b-instruct`. */
      model: string;
      /** US dollars for a million tokens of input. Required for what is billed by tokens. */
      inputUsdPerMillion?: string;
      /** US dollars for a million tokens of input that the provider read from its cache. */
      cachedInputUsdPerMillion?: string;
      /** US dollars for a million tokens of input that the provider puts into its cache. */
      cacheWriteUsdPerMillion?: string;
      /** US dollars for a million tokens of output. Left out for models that only embed. */
      outputUsdPerMillion?: string;
      /** US dollars for a million tokens of sound that is heard. */
      audioInputUsdPerMillion?: string;
      /** US dollars for a million tokens of sound that is made. */
      audioOutputUsdPerMillion?: string;
      /** US dollars for a million characters that are spoken. */
      characterUsdPerMillion?: string;
      /** US dollars for a picture. */
      imageUsd?: string;
      /** US dollars for a second that is heard. */
      audioSecondUsd?: string;
    }>;
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
