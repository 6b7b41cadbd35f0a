//go:build race

package claims

// racing tells tests that the race detector slows them down some ten times.
const racing = true
