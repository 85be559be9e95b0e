package conformance

import (
	"fmt"
	"path/filepath"

	"github.com/konverte-go/konverte/internal/recordings"
)

// Run is what became of all exchanges of one version.
type Run struct {
	Version string
	// Outcomes are the exchanges whose operation the description has.
	Outcomes []*Outcome
	// Unknown counts the exchanges of other operations.
	Unknown int

	walker *walker
}

// Check plays all recorded exchanges of a version against the client.
func Check(version string) (*Run, error) {
	folder, err := recordings.Folder()
	if err != nil {
		return nil, err
	}
	files, err := recordings.Files(folder)
	if err != nil {
		return nil, err
	}
	run := &Run{Version: version, walker: newWalker()}
	known := newTable(Operations())
	byOperation := map[*Operation][]*recordings.Exchange{}
	for _, file := range files {
		rec, err := recordings.Load(file)
		if err != nil {
			return nil, err
		}
		for i := range rec.Exchanges {
			e := &rec.Exchanges[i]
			op := known.find(e)
			measured := op != nil && op.HasMethod()
			if measured {
				byOperation[op] = append(byOperation[op], e)
			}
			if recordings.VersionOf(file) != version {
				continue
			}
			if !measured {
				run.Unknown++
				continue
			}
			run.Outcomes = append(run.Outcomes, &Outcome{Version: version, File: filepath.Base(file), Op: op, Exchange: e})
		}
	}
	return run, run.play(byOperation)
}

func (r *Run) play(all map[*Operation][]*recordings.Exchange) error {
	s, err := newStage(r.Version)
	if err != nil {
		return err
	}
	defer s.close()
	c := &checker{stage: s, walker: r.walker, fallback: map[*Operation]*arguments{}, all: all}
	for _, o := range r.Outcomes {
		if err := c.check(o); err != nil {
			return fmt.Errorf("%s: %w", o.Where(), err)
		}
	}
	return nil
}
