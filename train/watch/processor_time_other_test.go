//go:build !unix

package watch

import "time"

func processorTime() time.Duration { return 0 } // not known
