// Package sweep makes many runs of package train: grids, lists and random draws over the keys of a
// configuration, executed by any number of processes on any number of machines that share a folder.
//
// # Folder
//
//	plan-GGGG.json                 the plan, version G: every run with its identity, its swept keys and its whole configuration
//	sweep.yaml                     the sweep file that it was read from, if there is one
//	runs/ID/                       the folder of a finished run, see [run.Folder], without checkpoints
//	runs/ID/values.csv             what was measured of it
//	runs/ID/result.json            the number of values, and every other file with its size and checksum
//	state/ID/claim-GGGGGG.json     the G-th process that claimed the run
//	state/ID/beat-GGGGGG           a number that its owner increments every few seconds
//	state/ID/ended-GGGGGG.json     that the attempt failed or was interrupted, and why
//	state/ID/attempt-GGGGGG/       the run folder of the attempt
//	state/ID/damaged-GGGGGG/       a folder that was in runs/ID, damaged, when the attempt began
//
// ID is the fingerprint of the configuration. There is no daemon and no database: the state of a run is
// which of these files exist.
//
//	done         runs/ID exists, with what its result.json lists; or with run.json and values.csv only, if a program made
//	             it that wrote no result.json yet: its run.json then names no format
//	damaged      runs/ID exists, but a file in it was truncated, emptied, changed or lost
//	pending      no claim exists
//	failed       the newest claim has an ended file that says so
//	interrupted  likewise; or its owner is known to be dead
//	running      the newest claim has no ended file
//
// A plan may be for one build of the program and for other measures than those of `train sweep`: see [Plan].
// [Folder.Create] starts the sweep of a file; [Folder.Stock] adds runs to a folder that is used by many calls.
//
// # Damage
//
// Disks fill up, copies are cut short and editors save by mistake. The state of a finished run depends on the sizes of
// its files and the checksum of its values; a table is refused while a run is damaged, and [Folder.Work] makes such a run
// again. A plan that cannot be read, or that lacks runs which the folder holds, is an error. A claim, a beat or an
// ended file that cannot be read costs time but no result, and so does a checkpoint.
//
// # Why nothing is run twice
//
// A process takes a run by creating the claim of the next number exclusively: a hard link to a file that is
// already complete, which NFS performs once on the server. Claims are never removed, so a slow process cannot
// mistake a new claim for the old one that it saw silent. Each attempt works in a folder of its own, which
// starts with the checkpoints of the one before it. The first attempt that is renamed to runs/ID is the
// result; a rename onto a folder with files in it fails, so there is never a second. A process that was
// suspended, taken for dead and woken up again therefore does no harm: it sees the newer claim at its next
// beat and gives up.
//
// An owner is taken for dead when its beat has stood still for a while on the clock of the process that
// watches. Only the number is compared: clocks of other machines and times of files do not matter. An owner
// in the same container on the same Linux machine is looked up in the process table, which is quicker.
package sweep
