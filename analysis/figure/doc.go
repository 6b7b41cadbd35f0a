// Package figure draws the pictures of an analysis: curves with bands, rows of scatter plots, heat maps, the two figures of the paper,
// and a report page that holds them.
//
// Everything here takes plain slices and returns bytes; nothing is trained, measured or read from disk. Each drawing has two methods,
// SVG and PNG, which write the same picture. The same input gives the same bytes on every call.
//
// # The paper's figures
//
// [PaperFigure] serves both figure 2 (inputs in 200 dimensions) and figure 3 (inputs in 2 dimensions). The letters mean the same in both:
//
//	a  the task: input clusters at t = 0, the recurrent network, the class read at the evaluation step
//	b  samples in the plane of their first two principal components through t, first network (edge of chaos)
//	c  the same, second network (strongly chaotic)
//	d  effective dimensionality through t, before training (dashed) and after (solid)
//	e  accuracy of logistic regression through t on held-out clusters (thick) and on those it was fitted to (thin)
//	f  accuracy of the network over epochs
//
// Panels without data are left out and the letters after them move up.
//
// Every square of snapshots has its own scale, the same on both of its axes: compare shapes, not sizes. Where a curve would lie hidden
// below another, the line shows both colours in turn.
//
// # Text
//
// Labels may hold a little mathematics between dollar signs: letters are italic there, and _{...} lowers what it encloses,
// as in "time step $t$" or "$t_{eval}$". Text stays text in an SVG. It is laid out with the widths of Liberation Sans, which Arial and
// Helvetica share; the SVG names all three.
//
// Colours: a network keeps its colour in every panel ([EdgeOfChaos], [StronglyChaotic]), and so does a class ([ClassColour]).
package figure
