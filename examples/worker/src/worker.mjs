import { documents } from "./documents.mjs";

// GET /usage runs the example of that name and answers what it prints; ?stream has it streamed.
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const example = documents[url.pathname.slice(1)];
    if (!example) {
      return new Response(`The examples are: ${Object.keys(documents).join(", ")}\n`, { status: 404 });
    }
    const printed = [];
    const console = { log: (value) => printed.push(value) };
    try {
      await example(url.searchParams.has("stream") ? streaming(env) : env, console);
    } catch (error) {
      return Response.json({ name: error.name, message: error.message }, { status: 500 });
    }
    const [value] = printed;
    return value instanceof ReadableStream ? new Response(value) : Response.json(value);
  },
};

function streaming(env) {
  const run = (model, inputs, options) => env.AI.run(model, { ...inputs, stream: true }, options);
  return { AI: { run } };
}
