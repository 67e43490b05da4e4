import assert from "node:assert/strict";
import { test } from "node:test";

test("the recorded answer is paid for", async () => {
  const answer = await fetch(`${process.env.OPENAI_BASE_URL}/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
    body: JSON.stringify({
      model: "gpt-5.5-pro",
      input: "What are the three laws of thermodynamics?",
    }),
  });

  assert.equal((await answer.json()).usage.total_tokens, 308);
});
