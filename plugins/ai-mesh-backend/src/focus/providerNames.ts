import { humanise } from '../reports/humanise';

/** Who stands behind a provider of the price book. */
interface ProviderNames {
  /** Who provides the service and sends the invoice. */
  organisation: string;
  /** What its models are sold as. */
  modelService: string;
}

const KNOWN = new Map<string, ProviderNames>([
  ['anthropic', names('Anthropic', 'Anthropic API')],
  ['aws', names('Amazon Web Services', 'Amazon Bedrock')],
  ['azure', names('Microsoft', 'Azure OpenAI')],
  ['bedrock', names('Amazon Web Services', 'Amazon Bedrock')],
  ['cohere', names('Cohere', 'Cohere API')],
  ['deepseek', names('DeepSeek', 'DeepSeek API')],
  ['google', names('Google', 'Gemini API')],
  ['groq', names('Groq', 'GroqCloud')],
  ['mistral', names('Mistral AI', 'La Plateforme')],
  ['openai', names('OpenAI', 'OpenAI API')],
  ['openrouter', names('OpenRouter', 'OpenRouter')],
  ['x-ai', names('xAI', 'xAI API')],
]);

/**
 * The names of a provider. One that is not known by name, such as the company's own machines, is named after its id,
 * so that a month that is closed reads the same for ever.
 */
export function providerNamesOf(provider: string): ProviderNames {
  const id = provider.toLowerCase();
  return (
    KNOWN.get(id) ?? names(humanise(provider), `${humanise(provider)} API`)
  );
}

function names(organisation: string, modelService: string): ProviderNames {
  return { organisation, modelService };
}
