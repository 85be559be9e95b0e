package core

import (
	"log/slog"
	"net/http"
	"time"
)

// logAttempt logs how one attempt ended. Bodies, headers and ids stay out.
func (c *call) logAttempt(resp *http.Response, err error, again bool, wait time.Duration) {
	if c.cfg.Logger == nil {
		return
	}
	level, message := slog.LevelDebug, "request"
	if again {
		level, message = slog.LevelInfo, "request failed, trying again"
	}
	if !c.cfg.Logger.Enabled(c.ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", c.op.Name),
		slog.String("method", c.op.Method),
		slog.String("path", c.op.Path),
		slog.Int("attempt", c.attempts),
		slog.Duration("took", c.spent),
	}
	if resp != nil {
		attrs = append(attrs, slog.Int("status", resp.StatusCode), slog.String("request_id", c.requestID(resp.Header)))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", oneLine(c.redact().text(bareError(err).Error()))))
	}
	if again {
		attrs = append(attrs, slog.Duration("wait", wait))
	}
	c.cfg.Logger.LogAttrs(c.ctx, level, c.client.api.Name+": "+message, attrs...)
}

// logIssues logs what in an answer did not fit its type, without the values.
func (c *call) logIssues() {
	if c.cfg.Logger == nil || len(c.issues) == 0 {
		return
	}
	list := make([]string, len(c.issues))
	for i, issue := range c.issues {
		list[i] = issue.String()
	}
	c.cfg.Logger.LogAttrs(c.ctx, slog.LevelWarn, c.client.api.Name+": answer does not fit its type",
		slog.String("operation", c.op.Name),
		slog.String("request_id", c.requestID(c.responseHeader)),
		slog.Any("issues", list),
	)
}
