package konvertetest

func registerMeta(r *router) {
	r.get("getServerVersion", "/api", serverVersion)
}

// serverVersion answers without a token; its time alone has no zone.
func serverVersion(c *ctx) response {
	return ok(obj(
		"version", versions[c.cfg.version],
		"timestamp", c.Now.UTC().Format("2006-01-02 15:04:05"),
		"queue_services", "ok",
		"data_services", "ok",
	))
}
