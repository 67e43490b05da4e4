"""What Cloudflare's own API tells of an account: the models of its catalogue, gateways, logs."""
