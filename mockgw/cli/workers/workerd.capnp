# workerd serve config.capnp
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
%modules%
      ],
      compatibilityDate = "%date%",
      bindings = [(name = "AI", wrapped = (
        moduleName = "cloudflare-internal:ai-api",
        innerBindings = [(name = "fetcher", service = "mockgw")]))])),
    # Another address: --external-addr=mockgw=HOST:PORT
    (name = "mockgw", external = (address = "%address%", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8788", http = (), service = "main")],
);
