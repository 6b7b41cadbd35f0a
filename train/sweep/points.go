package sweep

import (
	"fmt"

	"github.com/unfurl-rnn/unfurl/data/files"
)

// PointsError says that a file with the user's points has changed since the sweep was created.
type PointsError struct{ Path string }

func (e *PointsError) Error() string {
	return fmt.Sprintf("sweep: %s was changed since the sweep was created, so its runs would use different points; "+
		"restore the old file, or give the new one another name and start a separate sweep", e.Path)
}

// readPoints records the checksums of the files of the user's points.
func (p *Plan) readPoints() error {
	p.Points = map[string]string{}
	for _, run := range p.Runs {
		path := run.Config.Task.OwnFile()
		if _, known := p.Points[path]; known || path == "" {
			continue
		}
		digest, err := files.Digest(path)
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		p.Points[path] = digest
	}
	return nil
}

// CheckPoints checks that the files of the user's points have not changed since the sweep was created.
//
// Errors: [PointsError], a file that cannot be read.
func (p *Plan) CheckPoints() error {
	now := &Plan{Runs: p.Runs}
	if err := now.readPoints(); err != nil {
		return err
	}
	return p.comparePoints(now.Points)
}

func (p *Plan) comparePoints(now map[string]string) error {
	for path, digest := range now {
		if before, known := p.Points[path]; known && before != digest {
			return &PointsError{Path: path}
		}
	}
	return nil
}
