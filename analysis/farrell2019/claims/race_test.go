//go:build race

package claims

// racing reports that the race detector is on, which makes tests about ten times slower.
const racing = true
