// Package array holds what the file formats of arrays have in common.
package array
