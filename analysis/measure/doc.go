// Package measure trains networks ([Maker]), measures them ([Network], [Run]) and puts the numbers into tables ([Table]).
//
// Each measure of the hidden states beyond the paper's own curves has its own file and is listed by name. A program registers its own
// measures with [Register].
package measure
