//go:build !race

package claims

const racing = false
