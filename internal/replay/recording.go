package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/konverte-go/konverte/internal/recordings"
	"github.com/konverte-go/konverte/konvertetest"
)

type (
	recording = recordings.Recording
	exchange  = recordings.Exchange
)

// versionOf takes the server version from the name of a file, "" when there is
// none that the test server knows.
func versionOf(path string) string {
	version := recordings.VersionOf(path)
	if !slices.Contains(konvertetest.Versions(), version) {
		return ""
	}
	return version
}

// startOf estimates when the scenario began: creations show the time of their
// request, at_ms how far the scenario was.
func startOf(r *recording) time.Time {
	var exact, whole []float64
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		if e.Request.Method != http.MethodPost || e.Response.Status != 200 {
			continue
		}
		var body struct {
			CreatedAt any `json:"created_at"`
		}
		if json.Unmarshal(e.Response.Body, &body) != nil {
			continue
		}
		at := float64(e.AtMS) / 1000
		switch created := body.CreatedAt.(type) {
		case float64:
			whole = append(whole, created-at)
		case string:
			if t, err := time.Parse(time.RFC3339, created); err == nil {
				exact = append(exact, float64(t.UnixMilli())/1000-at)
			}
		}
	}
	switch {
	case len(exact) > 0:
		return seconds(quantile(exact, 50))
	case len(whole) > 0:
		return seconds(quantile(whole, 90))
	default:
		return time.Now()
	}
}

func seconds(s float64) time.Time { return time.UnixMilli(int64(s * 1000)).UTC() }

func quantile(values []float64, percent int) float64 {
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}
