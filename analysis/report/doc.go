// Package report draws what was measured of networks and puts it on pages: the charts and tables of `train analyze` ([Write]), and
// the parts that a study builds its own page from.
package report
