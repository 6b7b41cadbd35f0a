// Package figure draws the pictures of an analysis: curves with bands, rows of scatter plots, heat maps, the two figures of the paper,
// and a report page that holds them.
//
// Everything here takes plain slices and returns bytes; nothing is trained, measured or read from disk. Each drawing has two methods,
// SVG and PNG, which write the same picture. The same input gives the same bytes on every call.
//
// # The paper's figures
//
// [PaperFigure] serves both figure 2 (inputs in 200 dimensions) and figure 3 (inputs in 2 dimensions). The letters are the paper's:
//
//	figure 2                                                     figure 3
//	a  inputs, network and task                                  a  inputs, network and task
//	b  effective dimensionality through t                        b  accuracy of the network over epochs
//	c  accuracy of a regression on held-out clusters through t   c  snapshots, g = 20 above g = 250
//	d  snapshots, g = 20                                         d  as 2b
//	e  snapshots, g = 250                                        e  accuracy of the regression on the clusters fitted
//	                                                             f  as 2c
//
// Snapshots are samples in the plane of their first two principal components. Panels that the paper does not have come last,
// without a letter. Panels without data are left out; the letters of the others do not change.
//
// Each snapshot has its own scale, equal on both axes: compare shapes, not sizes. Where one curve hides another, the line
// alternates between both colours.
//
// # Text
//
// Labels may contain simple mathematics between dollar signs: letters are italic there, and _{...} sets a subscript,
// as in "time step $t$" or "$t_{eval}$". Text remains text in an SVG. It is laid out with the widths of Liberation Sans, which Arial and
// Helvetica share; the SVG names all three.
//
// Colours: a network keeps its colour in every panel ([EdgeOfChaos], [StronglyChaotic]), as does a class ([ClassColour]).
package figure
