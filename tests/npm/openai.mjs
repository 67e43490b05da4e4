import OpenAI from "openai";
import { base, told } from "./redirected.mjs";

const doors = {
  openai: ["/v1", ""],
  gateway: ["/v1/acc/gw/openai", ""],
  rest: ["/client/v4/accounts/acc/ai/v1", "openai/"],
};
const messages = [{ role: "user", content: "Name a lake." }];
const answers = {};
for (const [name, [path, prefix]] of Object.entries(doors)) {
  const client = new OpenAI({ baseURL: base + path, apiKey: "any" });
  const pro = { model: `${prefix}gpt-5.5-pro`, input: "Name a lake." };
  const chat = { model: `${prefix}gpt-5.5`, messages };
  const response = await client.responses.create(pro);
  const completion = await client.chat.completions.create(chat);
  let streamed = "";
  for await (const event of await client.responses.create({ ...pro, stream: true }))
    if (event.type === "response.output_text.delta") streamed += event.delta;
  const chunks = client.chat.completions.stream({ ...chat, stream_options: { include_usage: true } });
  const final = await chunks.finalChatCompletion();
  answers[name] = {
    text: response.output_text,
    usage: response.usage.total_tokens,
    streamed,
    completion: completion.choices[0].message.content,
    final: final.choices[0].message.content,
    counted: final.usage?.total_tokens,
    completionCounted: completion.usage.total_tokens,
    refused: await told(() => client.chat.completions.create({ ...chat, nonsense: 1 })),
  };
}
console.log(JSON.stringify(answers));
