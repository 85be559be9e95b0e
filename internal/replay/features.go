package main

import (
	"encoding/json"
	"slices"

	"github.com/konverte-go/konverte/internal/testserver"
)

// features are those of the seeded account: what the seed lists, and what the
// first answer that shows the account's features has on. No operation of a
// recording changes them.
func features(rec *recording) []string {
	out := slices.Clone(rec.Seed.Account.Features)
	for i := range rec.Exchanges {
		v, err := testserver.ParseJSON(rec.Exchanges[i].Response.Body)
		if err != nil {
			continue
		}
		o, _ := v.(testserver.Object)
		shown, _ := o.Get("features")
		on, isObject := shown.(testserver.Object)
		id, _ := o.Get("id")
		number, _ := id.(json.Number)
		if n, err := number.Int64(); err != nil || n != rec.Seed.Account.ID || !isObject {
			continue
		}
		for _, m := range on {
			if m.Value == true && !slices.Contains(out, m.Key) {
				out = append(out, m.Key)
			}
		}
		break
	}
	return out
}
