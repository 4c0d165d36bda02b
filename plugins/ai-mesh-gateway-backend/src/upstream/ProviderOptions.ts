/** The vendors of models that the gateway knows. `openai-compatible`: vLLM, KServe, Triton, KAITO, llama.cpp … */
export const PROVIDER_TYPES = [
  'openai',
  'azure-openai',
  'anthropic',
  'openai-compatible',
] as const;

/** A vendor of models. */
export type ProviderType = (typeof PROVIDER_TYPES)[number];

/**
 * Who the gateway is for Microsoft Entra ID. With a secret: that application. With the id of a managed identity: that
 * one. Otherwise whatever `DefaultAzureCredential` finds: the environment, the workload identity of a pod, a managed
 * identity, the Azure CLI.
 */
export interface EntraOptions {
  tenantId?: string;
  clientId?: string;
  clientSecret?: string;
  managedIdentityClientId?: string;
}

/** A provider of models, as the configuration names it. */
export interface ProviderOptions {
  type: ProviderType;
  /**
   * `https://api.openai.com/v1`, `https://api.anthropic.com`, or for Azure OpenAI the resource's endpoint
   * `https://<resource>.openai.azure.com`.
   */
  baseUrl: string;
  apiKey?: string;
  /** Sent with every call, besides the gateway's own. */
  headers?: Readonly<Record<string, string>>;
  /** Whether it may be at a private address. Metadata addresses of clouds stay refused. */
  allowPrivateAddress?: boolean;
  /** Azure OpenAI only. `deployments`: the deployment is in the path; `v1`: it is the `model` in the body. */
  api?: 'deployments' | 'v1';
  /** Azure OpenAI only: the date in `api-version`; under `v1` none is needed. */
  apiVersion?: string;
  /** Azure OpenAI only, instead of a key. */
  entra?: EntraOptions;
}
