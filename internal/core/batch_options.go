package core

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
)

// levelBatch is where the options of a Batch are given.
const levelBatch = levelCall + 1

// batchOptions are the options that only a Batch has.
type batchOptions struct {
	stopOnError bool
	progress    func(BatchProgress)
}

// WithStopOnError starts no item of a Batch after one has failed. Items under way are not cancelled.
func WithStopOnError() Option {
	return func(c *Config) error {
		c.batch.stopOnError = true
		return c.batchOnly("WithStopOnError")
	}
}

// WithProgress calls fn whenever an item of a Batch has ended, one call at a time, in the goroutine that
// called Batch.
func WithProgress(fn func(BatchProgress)) Option {
	return func(c *Config) error {
		c.batch.progress = fn
		return c.batchOnly("WithProgress")
	}
}

func (c *Config) batchOnly(option string) error {
	if c.level == levelBatch {
		return nil
	}
	return c.fault(option, "is an option of a Batch")
}

// BatchOptions reads the options of a Batch. Options that mean nothing there are faults of one *ArgumentError.
func BatchOptions(opts []Option) (BatchConfig, error) {
	var cfg BatchConfig
	fault := &ArgumentError{Operation: "Batch"}
	for i, opt := range opts {
		if opt == nil {
			continue
		}
		given := untouched
		if err := opt(&given); err != nil {
			fault.Faults = append(fault.Faults, optionFaults(i, err)...)
			continue
		}
		cfg.merge(&given)
		given.Batching, given.batch = nil, batchOptions{}
		if !reflect.DeepEqual(given, untouched) {
			fault.Faults = append(fault.Faults, Fault{Field: fmt.Sprintf("opts[%d]", i), Rule: "is no option of a Batch"})
		}
	}
	if len(fault.Faults) > 0 {
		return BatchConfig{}, fault
	}
	return cfg, nil
}

// untouched is a configuration in which every option leaves a trace, those that
// set a zero value too.
var untouched = Config{
	level:   levelBatch,
	Timeout: -1, IdleTimeout: -1, TotalTimeout: -1,
	Retries: -1, RetryWaitMin: -1, RetryWaitMax: -1, MaxRetryAfter: -1, MaxRedirects: -1,
	Logger: slog.New(slog.DiscardHandler),
	Paging: PageConfig{Prefetch: -1, Resume: Cursor{Page: -1}},
}

func optionFaults(i int, err error) []Fault {
	if argument, ok := errors.AsType[*ArgumentError](err); ok {
		return argument.Faults
	}
	return []Fault{{Field: fmt.Sprintf("opts[%d]", i), Rule: err.Error()}}
}

func (cfg *BatchConfig) merge(given *Config) {
	if given.Batching != nil {
		cfg.Batching = given.Batching
	}
	if given.batch.progress != nil {
		cfg.Progress = given.batch.progress
	}
	cfg.StopOnError = cfg.StopOnError || given.batch.stopOnError
}

// FailedBatch is a Batch that could not begin: every item is not started, for the reason given.
func FailedBatch[R any](items int, reason error) BatchResults[R] {
	b := batch[R]{results: make(BatchResults[R], items)}
	return b.finish(reason)
}
