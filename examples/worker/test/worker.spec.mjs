// The Worker in Vitest, inside the runtime: see vitest.config.mjs.
import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";

const through = { gateway: { id: "default" } };

test("the Worker answers what the page prints", async () => {
  const answer = await (await exports.default.fetch("http://worker/chat")).json();

  expect(answer.object).toBe("chat.completion");
  expect(answer.choices[0].message.content).toContain("**Energy is conserved**");
});

test("a question that nobody recorded is answered too", async () => {
  const input = "What did the snow say to the rain?";

  const answer = await env.AI.run("openai/gpt-5.5-pro", { input }, through);

  expect(answer.status).toBe("completed");
});

test("a model that is not there is an error of the gateway", async () => {
  const asked = env.AI.run("openai/nope", { input: "Hello" }, through);

  await expect(asked).rejects.toMatchObject({
    name: "AiGatewayError",
    message: "7003: User Input Error",
  });
});
