// A Worker that does with env.AI what it is told, and tells what came of it.

export default {
  async fetch(request, env) {
    const { on = [], call, args = [] } = await request.json();
    let target = env.AI;
    for (const [name, ...with_] of on) target = await target[name](...with_);
    const told = {};
    // A file cannot be written in JSON.
    const file = { name: "a.txt", blob: new Blob(["Hello"], { type: "text/plain" }) };
    const given = args.map((one) => (one === "FILE" ? file : one));
    try {
      told.value = await read(await target[call](...given), told);
    } catch (error) {
      told.thrown = { class: error.constructor.name, name: error.name, message: error.message };
    }
    for (const name of ["lastRequestId", "aiGatewayLogId", "lastRequestHttpStatusCode"]) {
      told[name] = env.AI[name] ?? null;
    }
    return Response.json(told);
  },
};

async function read(value, told) {
  told.kind = value?.constructor?.name ?? typeof value;
  if (value instanceof ReadableStream) return pieces(value);
  if (value instanceof Response) {
    const headers = Object.fromEntries(value.headers);
    return { status: value.status, headers, text: await value.text(), socket: !!value.webSocket };
  }
  return value ?? null;
}

async function pieces(stream) {
  const found = [];
  const decoder = new TextDecoder();
  for await (const piece of stream) found.push(decoder.decode(piece, { stream: true }));
  return found;
}
