import { generateText, jsonSchema, streamText, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { redirected, told } from "./redirected.mjs";

const workersai = createWorkersAI({ accountId: "acc", apiKey: "any", fetch: redirected });
const model = workersai("openai/gpt-5.5");
const prompt = "Name a lake.";
const city = jsonSchema({
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
});
const text = await generateText({ model, prompt });
const stream = streamText({ model, prompt });
const deltas = [];
for await (const delta of stream.textStream) deltas.push(delta);
const called = await generateText({
  model,
  prompt: "What is the weather?",
  tools: { weather: tool({ description: "Tells it.", inputSchema: city }) },
  toolChoice: "required",
});
const answers = {
  text: text.text,
  finish: text.finishReason,
  usage: text.usage.inputTokens,
  streamed: deltas.join(""),
  pieces: deltas.length,
  streamFinish: await stream.finishReason,
  calls: called.toolCalls.map((one) => [one.toolName, one.input]),
  refused: await told(() =>
    generateText({ model: workersai("openai/nope"), prompt, maxRetries: 0 }),
  ),
};
console.log(JSON.stringify(answers));
