// Package measure trains networks ([Maker]), measures them ([Network], [Run]) and puts the numbers into tables ([Table]).
//
// What is measured of the hidden states beside the paper's own curves is one file a measure, listed by name. A program registers
// measures of its own with [Register].
package measure
