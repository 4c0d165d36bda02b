export interface Config {
  aiMesh: {
    keys: {
      /**
       * Under which gateway keys are hashed, the same for the control plane and every gateway.
       * At least 32 characters.
       * @visibility secret
       */
      hashSecret: string;
    };
  };
  /** The inference gateway (data plane). */
  aiMeshGateway?: {
    /** Where callers reach the gateway. */
    listen?: {
      /** Default: `localhost`. `0.0.0.0` or `::` for every address of the machine. */
      host?: string;
      /** Default: 4000. */
      port?: number;
    };
    /**
     * Folder of the journal, the last snapshot and the replica id; one gateway a folder, on a disk that
     * outlives the process. Default: `ai-mesh-gateway` in the system's folder for temporary files.
     */
    dataDirectory?: string;
    /** Providers of models, by the id that models name in the annotation `ai-mesh.io/provider`. */
    providers?: {
      [id: string]: {
        /**
         * `openai-compatible`: any server that speaks as OpenAI does, such as vLLM, KServe, Triton's OpenAI front end,
         * KAITO or llama.cpp.
         */
        type: 'openai' | 'azure-openai' | 'anthropic' | 'openai-compatible';
        /**
         * `https://api.openai.com/v1`; `https://api.anthropic.com`; for Azure OpenAI the resource's endpoint, such as
         * `https://my-resource.openai.azure.com`. Calls go there and nowhere else: redirects are not followed.
         */
        baseUrl: string;
        /**
         * Needed for `openai` and `anthropic`, and for `azure-openai` without `entra`.
         * @visibility secret
         */
        apiKey?: string;
        /**
         * Further headers of every call, such as `OpenAI-Organization`. Headers that the gateway sets itself are
         * refused.
         * @deepVisibility secret
         */
        headers?: { [name: string]: string };
        /**
         * Whether the provider may be at a private, loopback or link-local address, also by what its name resolves
         * to. Default: false. Metadata and multicast addresses are refused even then.
         */
        allowPrivateAddress?: boolean;
        /**
         * Azure OpenAI only. `deployments`: the deployment is part of the path, with `api-version`; `v1`: the path is
         * `/openai/v1`, and the deployment is the `model` in the body. Default: `deployments`.
         */
        api?: 'deployments' | 'v1';
        /** Azure OpenAI only. Default: `2024-10-21`; under `api: v1` none. */
        apiVersion?: string;
        /**
         * Azure OpenAI only: Microsoft Entra ID instead of a key. Empty (`entra: {}`): whatever the environment
         * offers, such as the workload identity of a pod, a managed identity, or the Azure CLI.
         */
        entra?: {
          /** Needed with `clientSecret`. */
          tenantId?: string;
          /** Of the application, or of the workload identity. Needed with `clientSecret`. */
          clientId?: string;
          /** @visibility secret */
          clientSecret?: string;
          /** Of a managed identity that was assigned to the machine; alone. */
          managedIdentityClientId?: string;
        };
      };
    };
    /** How requests and tokens per minute are counted. The limits themselves are the control plane's. */
    rateLimits?: {
      /** All replicas count together here. Absent: each counts its share of every limit. */
      redis?: {
        /**
         * Such as `rediss://user:password@host:6380`.
         * @visibility secret
         */
        url: string;
        /** Default: `{ai-mesh}:limits:`. The braces keep all keys in one slot. */
        keyPrefix?: string;
      };
    };
    /** When a target that fails is left alone. */
    circuit?: {
      /** Failures in a row. Default: 5. */
      failures?: number;
      /** For how long at first, in milliseconds; each failed try doubles it. Default: 2 seconds. */
      pauseMs?: number;
      /** For how long at most, in milliseconds. Default: 1 minute. */
      longestPauseMs?: number;
    };
    metrics?: {
      /**
       * Where `GET /metrics` answers without a token: an address that only operators reach. Default: nowhere;
       * `/api/ai-mesh-gateway/metrics` answers services with a token in any case.
       */
      listen?: {
        /** Default: `localhost`. */
        host?: string;
        port: number;
      };
    };
    /**
     * How many processes `packages/gateway` runs; the environment variable `AI_MESH_GATEWAY_PROCESSES` outweighs it.
     * Default: one a core in production, else 1.
     */
    processes?: number;
    /** Times in milliseconds. */
    limits?: {
      /** Of a request. Default: 10 MiB. */
      bodyBytes?: number;
      /** For a request's headers to arrive. Default: 10 seconds. */
      receiveHeadersTimeoutMs?: number;
      /** For a whole request to arrive. Default: 1 minute. */
      receiveTimeoutMs?: number;
      /** For a call from its first byte to its last. Default: 10 minutes. */
      upstreamTimeoutMs?: number;
      /** For a provider to accept a connection. Default: 5 seconds. */
      connectTimeoutMs?: number;
      /** For a provider to begin its answer. Default: 5 minutes. */
      headersTimeoutMs?: number;
      /** Between two pieces of an answer. Default: 2 minutes. */
      idleTimeoutMs?: number;
      /** For the calls that run when the gateway shuts down. Default: 25 seconds. */
      drainMs?: number;
      /** For an idle connection, when the gateway shuts down, to bring one more request. Default: 2 seconds. */
      lingerMs?: number;
    };
  };
}
