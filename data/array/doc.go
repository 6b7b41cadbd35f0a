// Package array holds the dense arrays that all file formats read and write.
package array
