// A Worker that asks by the AI SDK: every way of workers-ai-provider to a model of OpenAI's.
import { generateText, jsonSchema, streamText, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { openai } from "workers-ai-provider/openai";

const prompt = "Name a lake.";
const city = jsonSchema({
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
});
const tools = { weather: tool({ description: "Tells it.", inputSchema: city }) };

export default {
  async fetch(request, env) {
    const { plugin, model, settings } = await request.json();
    const providers = plugin ? [openai] : undefined;
    const workersai = createWorkersAI({ binding: env.AI, gateway: { id: "gw" }, providers });
    const chosen = workersai(model, settings);
    try {
      return Response.json(await told(chosen));
    } catch (error) {
      return Response.json({ error: error.name, status: error.statusCode, message: error.message });
    }
  },
};

async function told(model) {
  const whole = await generateText({ model, prompt, maxRetries: 0 });
  const stream = streamText({ model, prompt, maxRetries: 0 });
  const pieces = [];
  for await (const piece of stream.textStream) pieces.push(piece);
  const asked = { model, prompt: "What is the weather?", tools, toolChoice: "required" };
  const called = await generateText({ ...asked, maxRetries: 0 });
  return {
    text: whole.text,
    finish: whole.finishReason,
    tokens: whole.usage.inputTokens,
    pieces,
    streamFinish: await stream.finishReason,
    calls: called.toolCalls.map((one) => [one.toolName, one.input]),
  };
}
