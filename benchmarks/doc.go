// Package benchmarks compares the SDK with bare net/http and encoding/json. Each
// benchmark measures both in the same run and reports their ratio: "x-baseline" is the
// time of the SDK divided by that of the baseline, below 1 is faster.
//
//	go test -bench . ./benchmarks/
package benchmarks
