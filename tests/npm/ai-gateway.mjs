import { generateText, streamText } from "ai";
import { createAiGateway } from "ai-gateway-provider";
import { createOpenAI } from "ai-gateway-provider/providers/openai";
import { redirected, told } from "./redirected.mjs";

globalThis.fetch = redirected;
const aigateway = createAiGateway({ accountId: "acc", gateway: "npm", apiKey: "any" });
const openai = createOpenAI({ apiKey: "any" });
const prompt = "Name a lake.";
const one = async (model) => {
  const { text, usage } = await generateText({ model: aigateway(model), prompt });
  return { text, total: usage.totalTokens };
};
const stream = streamText({ model: aigateway(openai.chat("gpt-5.5")), prompt });
let streamed = "";
for await (const delta of stream.textStream) streamed += delta;
const answers = {
  chat: await one(openai.chat("gpt-5.5")),
  response: await one(openai.responses("gpt-5.5-pro")),
  // The first step is refused, so the second answers.
  fallback: await one([openai.chat("gpt-5.5-pro"), openai.chat("gpt-5.5")]),
  streamed,
  refused: await told(() => generateText({ model: aigateway(openai.chat("nope")), prompt, maxRetries: 0 })),
};
console.log(JSON.stringify(answers));
