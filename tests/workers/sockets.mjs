// What a caller does with the universal endpoint by WebSocket, as Cloudflare's page shows it.
import WebSocket from "ws";

const [url, key] = process.argv.slice(2);
const place = `${url.replace("http:", "ws:")}/v1/my-account-id/my-gateway/`;
const query = { model: "gpt-5.5", messages: [{ role: "user", content: "Name a lake." }] };

function order(eventId, more) {
  const request = {
    eventId,
    provider: "openai",
    endpoint: "chat/completions",
    headers: { Authorization: "Bearer sk-any", "Content-Type": "application/json" },
    query: { ...query, ...more },
  };
  return JSON.stringify({ type: "universal.create", request });
}

function told(socket) {
  return new Promise((resolve, reject) => {
    const messages = [];
    socket.onopen = () => {
      socket.send(order("whole"));
      socket.send(order("streamed", { stream: true }));
    };
    socket.onmessage = ({ data }) => {
      messages.push(JSON.parse(data));
      const ends = messages.filter((one) => one.type === "universal.done" || one.response?.usage);
      if (ends.length === 2) {
        socket.close();
        resolve(messages);
      }
    };
    socket.onerror = (event) => reject(event.error ?? new Error(event.message));
  });
}

const headers = { "cf-aig-authorization": `Bearer ${key}` };
const protocol = [`cf-aig-authorization.${key}`];
const answers = { ws: await told(new WebSocket(place, { headers })) };
if (globalThis.WebSocket) answers.browser = await told(new globalThis.WebSocket(place, protocol));
answers.refused = await told(new WebSocket(place)).catch((error) => error.message);
console.log(JSON.stringify(answers));
