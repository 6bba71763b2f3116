"""The model: tables, and the network that they describe under each CDN and reading."""
