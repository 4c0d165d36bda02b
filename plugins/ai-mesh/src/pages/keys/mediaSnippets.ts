import {
  curl,
  pythonClient,
  Snippets,
  Target,
  typescriptClient,
} from './snippetParts';

const SCENE = 'A parcel on a doorstep in the rain';
const SENTENCE = 'Your parcel arrives today.';

/** A picture is made; by model it comes as an address or as base64. */
export function imageSnippets(target: Target): Snippets {
  return {
    curl: curl(target, '/images/generations', {
      model: target.model,
      prompt: SCENE,
    }),
    Python: `${pythonClient(target)}
answer = client.images.generate(model="${target.model}", prompt="${SCENE}")
picture = answer.data[0]
print(picture.url or f"{len(picture.b64_json)} characters of base64")`,
    TypeScript: `${typescriptClient(target)}
const answer = await client.images.generate({
  model: '${target.model}',
  prompt: '${SCENE}',
});
const picture = answer.data?.[0];
console.log(picture?.url ?? \`\${picture?.b64_json?.length} characters of base64\`);`,
  };
}

/** A sentence is spoken into a file. */
export function speechSnippets(target: Target): Snippets {
  const body = { model: target.model, voice: 'alloy', input: SENTENCE };
  return {
    curl: `${curl(target, '/audio/speech', body)} \\
  --output speech.mp3`,
    Python: `${pythonClient(target)}
with client.audio.speech.with_streaming_response.create(
    model="${target.model}",
    voice="alloy",
    input="${SENTENCE}",
) as answer:
    answer.stream_to_file("speech.mp3")`,
    TypeScript: `${typescriptClient(target, {
      imports: `import { writeFile } from 'node:fs/promises';`,
    })}
const answer = await client.audio.speech.create({
  model: '${target.model}',
  voice: 'alloy',
  input: '${SENTENCE}',
});
await writeFile('speech.mp3', Buffer.from(await answer.arrayBuffer()));`,
  };
}

/** A file is written down. */
export function transcriptionSnippets(target: Target): Snippets {
  return {
    curl: `curl ${target.baseUrl}/audio/transcriptions \\
  -H 'Authorization: Bearer ${target.secret}' \\
  -F model='${target.model}' \\
  -F file=@speech.mp3`,
    Python: `${pythonClient(target)}
with open("speech.mp3", "rb") as file:
    answer = client.audio.transcriptions.create(
        model="${target.model}",
        file=file,
    )
print(answer.text)`,
    TypeScript: `${typescriptClient(target, {
      imports: `import { createReadStream } from 'node:fs';`,
    })}
const answer = await client.audio.transcriptions.create({
  model: '${target.model}',
  file: createReadStream('speech.mp3'),
});
console.log(answer.text);`,
  };
}
