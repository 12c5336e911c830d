"""No models: SQL first. Django tells only the applications that have this module of a `migrate`."""
