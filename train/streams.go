package train

import (
	"math/rand/v2"

	"github.com/unfurl-rnn/unfurl/data"
)

// stream returns the configuration's random stream of a purpose that is drawn once.
func (c Config) stream(purpose string) *rand.Rand { return c.Stream(purpose, 0) }

// Stream returns the configuration's random stream of a purpose in an epoch.
func (c Config) Stream(purpose string, epoch int) *rand.Rand {
	return data.Stream(c.Seed, c.Realisation, purpose, epoch)
}

// WeightStream returns the stream of a purpose that is drawn once, such as initial weights, signs and masks.
func (c Config) WeightStream(purpose string) *rand.Rand { return c.stream(purpose) }
