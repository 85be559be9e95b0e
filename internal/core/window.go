package core

import (
	"strconv"
	"sync"
	"time"
)

// windows remembers until when the server refuses which requests, for all
// clients that share them.
type windows struct {
	mu     sync.Mutex
	closed map[string]closedWindow
}

// closedWindow is a throttle window of the server that is used up.
type closedWindow struct {
	until   time.Time
	refusal *Error // the answer that told
}

// close shuts a window until a time. An earlier end never replaces a later one.
func (w *windows) close(key string, until time.Time, refusal *Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed == nil {
		w.closed = make(map[string]closedWindow)
	}
	if until.After(w.closed[key].until) {
		w.closed[key] = closedWindow{until: until, refusal: refusal}
	}
}

// busy returns the longest wait that one of the windows asks for at now.
func (w *windows) busy(now time.Time, keys ...string) (wait time.Duration, refusal *Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range keys {
		window, known := w.closed[key]
		if !known {
			continue
		}
		left := window.until.Sub(now)
		if left <= 0 {
			delete(w.closed, key)
			continue
		}
		if left > wait {
			wait, refusal = left, window.refusal
		}
	}
	return wait, refusal
}

// generalWindow is the key of the window that covers every operation.
const generalWindow = ""

// windowKey tells windows of different accounts apart, except the general one.
func windowKey(key string, account int64) string {
	if key == generalWindow {
		return generalWindow
	}
	return strconv.FormatInt(account, 10) + " " + key
}
