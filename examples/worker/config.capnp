# workerd serve config.capnp
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        (name = "src/worker.mjs", esModule = embed "src/worker.mjs"),
        (name = "src/documents.mjs", esModule = embed "src/documents.mjs"),
      ],
      compatibilityDate = "2026-04-01",
      bindings = [(name = "AI", wrapped = (
        moduleName = "cloudflare-internal:ai-api",
        innerBindings = [(name = "fetcher", service = "mockgw")]))])),
    # Another address: --external-addr=mockgw=HOST:PORT
    (name = "mockgw", external = (address = "127.0.0.1:8787", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8788", http = (), service = "main")],
);
