// Package array defines the dense arrays that all file formats read and write.
package array
