// Package paper repeats the experiments of Farrell, Recanatesi, Lajoie, Shea-Brown, "Recurrent neural
// networks learn robust representations by dynamically balancing compression and expansion" (NeurIPS
// 2019 workshop): which networks its figures need ([Plan]), their training and measuring side by side
// ([Run]), the tables ([Result.WriteCurves], [Result.WriteBands]), the two figures and the report.
//
// It is the top of the library: it imports every other package and only the binary imports it.
package paper
